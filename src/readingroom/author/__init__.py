"""From a manuscript page to notebooks, and the runs that prove them."""
