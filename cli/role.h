/*
 * Roles in which weir starts itself again.
 */
#ifndef CLI_ROLE_H
#define CLI_ROLE_H

/* `weir shipper`: started by the agent, with its descriptors in place. */
int role_shipper(void);

/* `weir rpc ROLE`: the same, by an agent or a collector. */
int role_rpc(const char *role);

/*
 * A terminal or systemd sends TERM, INT, HUP, USR1 and USR2 to the whole
 * group; a child ignores them, and ends when its parent closes their pair.
 */
void role_ignore_signals(void);

#endif
