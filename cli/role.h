/*
 * Roles in which weir starts itself again.
 */
#ifndef CLI_ROLE_H
#define CLI_ROLE_H

/* `weir shipper`: started by the agent, with its descriptors in place. */
int role_shipper(void);

#endif
