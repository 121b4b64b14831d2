"""Drawings for the demos: one of each class of CIFAR-10, and three that a network may stumble over.

They have light, shadow and texture, as the photographs have that networks are trained on. Each is a function without
arguments that gives uint8 (256, 256, 3), the same at every call.
"""
