/* The commands of `muststaple`: each takes its own argv, argv[0] being its name, and gives the exit
 * status. */
#ifndef MST_SCANNER_COMMAND_H
#define MST_SCANNER_COMMAND_H

enum exit_status {
    EXIT_DONE = 0,
    EXIT_COMPLAINT = 1,  /* --fail-on matched; what was checked is not good */
    EXIT_USAGE = 2,      /* the user asked for something that cannot be */
    EXIT_INCOMPLETE = 3, /* the scan could not do all its work */
};

typedef int command_fn(int argc, char **argv);

command_fn command_scan;
command_fn command_check;
command_fn command_rejudge;

#endif
