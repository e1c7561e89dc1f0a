"""What a clerk does with the mailbox: forms are collected from it, each unit gets its answer."""
