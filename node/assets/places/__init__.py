"""The parts of build_gazetteer.py."""
