// What comes after this include is compiled for size: work on a face, or that seldom runs. A page loads the module whole.
#pragma once

#if defined(__clang__)
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)
#define ERFEM_END_OF_MINIMUM_SIZE _Pragma("clang attribute pop")
#else
#define ERFEM_END_OF_MINIMUM_SIZE
#endif
