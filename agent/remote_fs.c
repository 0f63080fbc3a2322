#include "agent/remote_fs.h"

#include <linux/magic.h>
#include <stddef.h>
#include <sys/vfs.h>

/* Those that <linux/magic.h> has not. */
#define GPFS_MAGIC 0x47504653
#define LUSTRE_MAGIC 0x0bd00bd0
#define VBOX_MAGIC 0x786f4256
#define VMHGFS_MAGIC 0xbacbacbc
#define GFS2_FS_MAGIC 0x01161970
#define PRL_FS_MAGIC 0x7c7c6673

static const struct {
	unsigned long magic;
	const char *name;
	bool partly;
} kinds[] = {
	{ NFS_SUPER_MAGIC, "nfs", false },
	{ CIFS_SUPER_MAGIC, "cifs", false },
	{ SMB2_SUPER_MAGIC, "cifs", false },
	{ SMB_SUPER_MAGIC, "smb", false },
	{ FUSE_SUPER_MAGIC, "fuse", false },
	{ V9FS_MAGIC, "9p", false },
	{ CEPH_SUPER_MAGIC, "ceph", false },
	{ AFS_SUPER_MAGIC, "afs", false },
	{ AFS_FS_MAGIC, "afs", false },
	{ CODA_SUPER_MAGIC, "coda", false },
	{ OCFS2_SUPER_MAGIC, "ocfs2", false },
	{ GFS2_FS_MAGIC, "gfs2", false },
	{ GPFS_MAGIC, "gpfs", false },
	{ LUSTRE_MAGIC, "lustre", false },
	{ VBOX_MAGIC, "vboxsf", false },
	{ VMHGFS_MAGIC, "vmhgfs", false },
	{ PRL_FS_MAGIC, "prl_fs", false },
	{ OVERLAYFS_SUPER_MAGIC, "overlay", true },
};

const char *
remote_fs(const char *path, bool *partly)
{
	struct statfs fs;
	*partly = false;
	if (statfs(path, &fs) == -1)
		return NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if ((unsigned long)fs.f_type == kinds[i].magic) {
			*partly = kinds[i].partly;
			return kinds[i].name;
		}
	return NULL;
}
