"""Live demos of parameter-efficient finetuning: one method a file, each readable on its own."""
