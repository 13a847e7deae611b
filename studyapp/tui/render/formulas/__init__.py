"""TeX formulas: read into a tree, which is written in one line or drawn in two dimensions."""
