"""What `./run` and `./test` are made of: private servers for one folder.

Only Python's standard library is used, so that a fresh machine needs nothing
but `python3` and a Rust toolchain. One module does one job; `__main__.py` is
the command line over them (`python3 -m embedded --help`).
"""
