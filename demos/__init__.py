"""Live demos of parameter-efficient finetuning: one method a file, each readable on its own."""

import sys

if sys.argv[:1] == ["-m"]:  # a module of this package is about to run: `python -m demos.lora`
    from demos.needs import check_alone

    check_alone()
