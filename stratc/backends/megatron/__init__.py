"""Megatron-LM: the arguments of pretrain_gpt.py and the torchrun script around them."""
