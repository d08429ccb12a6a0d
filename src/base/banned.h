/* Functions that may not be used: naming one does not compile. Forced into every source of the
 * project by the build (-include), after the system headers it would otherwise break. */
#ifndef MST_BASE_BANNED_H
#define MST_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MST_BANNED(name) mst_##name##_is_banned_use_the_safe_form

#undef strcpy
#define strcpy(...) MST_BANNED(strcpy)
#undef strcat
#define strcat(...) MST_BANNED(strcat)
#undef strncpy
#define strncpy(...) MST_BANNED(strncpy)
#undef strncat
#define strncat(...) MST_BANNED(strncat)
#undef sprintf
#define sprintf(...) MST_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) MST_BANNED(vsprintf)
#undef strtok
#define strtok(...) MST_BANNED(strtok)
#undef gmtime
#define gmtime(...) MST_BANNED(gmtime)
#undef localtime
#define localtime(...) MST_BANNED(localtime)
#undef ctime
#define ctime(...) MST_BANNED(ctime)
#undef asctime
#define asctime(...) MST_BANNED(asctime)
#undef atoi
#define atoi(...) MST_BANNED(atoi)
#undef atol
#define atol(...) MST_BANNED(atol)

#endif
