"""Every page as people see it: which there are, what must hold on each, and pictures of all of them."""
