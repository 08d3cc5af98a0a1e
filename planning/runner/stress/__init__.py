"""What if a supplier, a region, an import or a resource drops out? From an economy's names to the engine and back."""
