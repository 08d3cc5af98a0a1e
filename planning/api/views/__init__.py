"""One class per address: it finds the object, asks a selector or a service, and represents the answer."""
