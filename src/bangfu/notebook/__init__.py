"""The notebook face: what ``bangfu.open`` gives to analysts."""
