#include "CKernels.h"
void ck_none(void) {}
