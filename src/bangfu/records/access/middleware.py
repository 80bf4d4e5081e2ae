"""The gate at the door: every address asks who comes."""
