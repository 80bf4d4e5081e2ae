"""Scripts that check and serve this repository; none of them is shipped."""
