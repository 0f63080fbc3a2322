/* Which host this is, and since when. */
#ifndef CORE_HOST_H
#define CORE_HOST_H

#define HOST_ID_SIZE 64

/* The kernel's id of this boot; "" where there is none. */
void host_boot_id(char id[HOST_ID_SIZE]);

/* machine-id(5): another one for a cloned disk.  "" where there is none. */
void host_machine_id(char id[HOST_ID_SIZE]);

#endif
