#include "tests/unit/unit.h"

#include <stdlib.h>

#include "core/pair.h"
#include "core/xalloc.h"

struct peer {
	struct pair *pair;
	unsigned packets;
	size_t bytes;
	unsigned last_type;
	bool in_order;
	bool ended;
	unsigned rooms;
};

static void
on_packet(void *owner, unsigned type, struct str payload)
{
	struct peer *peer = owner;
	if (type != peer->last_type + 1)
		peer->in_order = false;
	peer->last_type = type;
	peer->packets++;
	peer->bytes += payload.len;
}

static void
on_room(void *owner)
{
	((struct peer *)owner)->rooms++;
}

static void
on_end(void *owner, __attribute__((unused)) const char *why)
{
	struct peer *peer = owner;
	peer->ended = true;
	pair_free(peer->pair);
	peer->pair = NULL;
}

static const struct pair_events events = { on_packet, on_room, on_end };

static void
connect_peers(uv_loop_t *loop, struct peer *a, struct peer *b)
{
	int fds[2];
	*a = *b = (struct peer){ .in_order = true };
	assert_int_equal(pair_sockets(fds), 0);
	uv_loop_init(loop);
	a->pair = pair_new(loop, fds[0], &events, a);
	b->pair = pair_new(loop, fds[1], &events, b);
}

static void
disconnect_peers(uv_loop_t *loop, struct peer *a, struct peer *b)
{
	pair_free(a->pair);
	pair_free(b->pair);
	uv_run(loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(loop), 0);
}

TEST(packets_of_any_size_arrive_whole_and_in_order)
{
	static const size_t sizes[] = { 0, 1, 7, 65536, 3 << 20, 12 };
	uv_loop_t loop;
	struct peer a, b;
	size_t total = 0;
	char *data = xcalloc(1, 3 << 20);
	connect_peers(&loop, &a, &b);
	for (unsigned i = 0; i < 6; i++) {
		pair_send(a.pair, i + 1, data, sizes[i]);
		total += sizes[i];
	}
	while (b.packets < 6)
		uv_run(&loop, UV_RUN_ONCE);
	assert_true(b.in_order);
	assert_int_equal(b.bytes, total);
	free(data);
	disconnect_peers(&loop, &a, &b);
}

TEST(a_paused_peer_is_not_read_and_the_sender_is_told_of_room_later)
{
	uv_loop_t loop;
	struct peer a, b;
	char data[4096] = { 0 };
	unsigned sent = 0;
	connect_peers(&loop, &a, &b);
	pair_pause(b.pair, true);
	for (int turn = 0; turn < 2000; turn++) {
		while (pair_has_room(a.pair))
			pair_send(a.pair, ++sent, data, sizeof(data));
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	unsigned stuck = sent;
	assert_int_equal(b.packets, 0);
	assert_true(stuck < 4096);
	unsigned rooms = a.rooms;
	pair_pause(b.pair, false);
	while (b.packets < stuck)
		uv_run(&loop, UV_RUN_ONCE);
	assert_true(b.in_order);
	assert_true(a.rooms > rooms);
	disconnect_peers(&loop, &a, &b);
}

TEST(the_end_of_a_peer_is_reported_after_its_last_packet)
{
	uv_loop_t loop;
	struct peer a, b;
	connect_peers(&loop, &a, &b);
	pair_send(a.pair, 1, "last words", 10);
	uv_run(&loop, UV_RUN_NOWAIT);
	pair_free(a.pair);
	a.pair = NULL;
	while (!b.ended)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(b.packets, 1);
	disconnect_peers(&loop, &a, &b);
}

TEST(a_paused_peer_notices_that_the_other_is_gone)
{
	uv_loop_t loop;
	struct peer a, b;
	connect_peers(&loop, &a, &b);
	pair_send(a.pair, 1, "unread", 6);
	pair_pause(b.pair, true);
	uv_run(&loop, UV_RUN_NOWAIT);
	pair_free(a.pair);
	a.pair = NULL;
	while (!b.ended)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(b.packets, 0);
	disconnect_peers(&loop, &a, &b);
}

TESTS(SPEC(a_paused_peer_notices_that_the_other_is_gone),
    SPEC(packets_of_any_size_arrive_whole_and_in_order),
    SPEC(a_paused_peer_is_not_read_and_the_sender_is_told_of_room_later),
    SPEC(the_end_of_a_peer_is_reported_after_its_last_packet))
