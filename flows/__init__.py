"""The flywheel pipeline: land, build, publish. Start reading at `cli.py` or `stages.py`."""
