"""The ``bangfu`` command. One module per group of commands; ``main`` registers them."""
