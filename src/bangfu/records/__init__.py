"""Django apps named for people's work. They stand on analytics and parameters; web and cli stand on them."""
