"""What methods reach: in the user's runs, and as measured for this version."""
