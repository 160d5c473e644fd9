"""A module that ends the process where its configuration is missing."""

import sys

sys.exit("no configuration")
