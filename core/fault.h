/*
 * Stop points for the tests: a place in the code at which a process can be
 * made to die, as by kill -9.  Only in builds with WEIR_FAULTS (the dev and
 * clang presets); in all others FAULT is nothing.
 *
 *	WEIR_FAULT=NAME:N	die the N-th time the point NAME is passed
 *	WEIR_FAULT=NAME:N:FILE	once: FILE is created by dying, and while it
 *				exists nobody dies here again
 *
 * A child inherits it, so a name belongs to one role.
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#ifdef WEIR_FAULTS
#define FAULT(name) fault_point(name)
#else
#define FAULT(name) ((void)0)
#endif

/* Any thread may call it. */
void fault_point(const char *name);

#endif
