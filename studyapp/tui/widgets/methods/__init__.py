"""The methods that demos show, side by side: what each trains, and how good it is."""
