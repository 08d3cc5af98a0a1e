"""One command that brings up the whole of Commonplan on this machine, with data to try it on."""
