"""bangfu 帮扶: an open platform for targeted poverty alleviation."""
