/* A sound card of ALSA that a test can break: it plays in real time, and does what the files of its directory say:
 *   busy       it can't be opened, as if another program had it
 *   unplugged  it is gone, also in the middle of a sound
 *   stuck      it takes no more samples
 * It writes into the file `first` when the first sample that is not silence reached it, ns since 1970. */
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>

enum { WAKE_NS = 5000000 };

struct card {
	snd_pcm_ioplug_t io;
	char directory[1024];
	struct timespec began;
	int runs, heard;
};

static int64_t ns(clockid_t clock, const struct timespec *since)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (now.tv_sec - (since ? since->tv_sec : 0)) * INT64_C(1000000000) + now.tv_nsec - (since ? since->tv_nsec : 0);
}

static void path(const struct card *card, const char *name, char *into, size_t size)
{
	snprintf(into, size, "%s/%s", card->directory, name);
}

static int is(const struct card *card, const char *state)
{
	char file[1100];
	path(card, state, file, sizeof file);
	return access(file, F_OK) == 0;
}

static int card_start(snd_pcm_ioplug_t *io)
{
	struct card *card = io->private_data;
	struct itimerspec wake = { { 0, WAKE_NS }, { 0, WAKE_NS } };
	clock_gettime(CLOCK_MONOTONIC, &card->began);
	card->runs = 1;
	return timerfd_settime(io->poll_fd, 0, &wake, NULL) ? -errno : 0;
}

static int card_stop(snd_pcm_ioplug_t *io)
{
	((struct card *)io->private_data)->runs = 0;
	return 0;
}

static int card_prepare(snd_pcm_ioplug_t *io)
{
	struct card *card = io->private_data;
	/* Somebody must wake a program that waits to fill the first buffer. */
	struct itimerspec wake = { { 0, WAKE_NS }, { 0, WAKE_NS } };
	card->runs = 0;
	if (is(card, "unplugged"))
		return -ENODEV;
	return timerfd_settime(io->poll_fd, 0, &wake, NULL) ? -errno : 0;
}

static snd_pcm_sframes_t card_pointer(snd_pcm_ioplug_t *io)
{
	struct card *card = io->private_data;
	if (is(card, "unplugged"))
		return -ENODEV;
	if (!card->runs)
		return 0;
	if (is(card, "stuck"))
		return io->hw_ptr % io->buffer_size;
	return ns(CLOCK_MONOTONIC, &card->began) / 1000 * io->rate / 1000000 % io->buffer_size;
}

static snd_pcm_sframes_t card_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
				       snd_pcm_uframes_t offset, snd_pcm_uframes_t size)
{
	struct card *card = io->private_data;
	const int16_t *samples = (const int16_t *)areas->addr + (areas->first / 16 + offset * io->channels);
	if (is(card, "unplugged"))
		return -ENODEV;
	for (snd_pcm_uframes_t i = 0; !card->heard && i < size * io->channels; i++) {
		if (samples[i] == 0)
			continue;
		char file[1100], beside[1100];
		path(card, "first", file, sizeof file);
		path(card, "first.new", beside, sizeof beside);
		FILE *out = fopen(beside, "w");
		if (out) {
			fprintf(out, "%lld", (long long)ns(CLOCK_REALTIME, NULL));
			fclose(out);
			rename(beside, file);
		}
		card->heard = 1;
	}
	return size;
}

static int card_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned int count, unsigned short *events)
{
	struct card *card = io->private_data;
	uint64_t wakes;
	(void)count;
	*events = 0;
	if (fds[0].revents & POLLIN && read(io->poll_fd, &wakes, sizeof wakes) > 0)
		*events = is(card, "unplugged") ? POLLOUT | POLLERR : is(card, "stuck") ? 0 : POLLOUT;
	return 0;
}

static int card_close(snd_pcm_ioplug_t *io)
{
	close(io->poll_fd);
	free(io->private_data);
	return 0;
}

static const snd_pcm_ioplug_callback_t CALLBACKS = {
	.start = card_start, .stop = card_stop, .prepare = card_prepare, .pointer = card_pointer,
	.transfer = card_transfer, .poll_revents = card_revents, .close = card_close,
};

static int limits(snd_pcm_ioplug_t *io)
{
	static const unsigned int access[] = { SND_PCM_ACCESS_MMAP_INTERLEAVED, SND_PCM_ACCESS_RW_INTERLEAVED }, format[] = { SND_PCM_FORMAT_S16_LE };
	int wrong = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2, access);
	if (!wrong)
		wrong = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
	if (!wrong)
		wrong = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, 2, 2);
	if (!wrong)
		wrong = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, 48000, 48000);
	if (!wrong)
		wrong = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 1024, 65536);
	if (!wrong)
		wrong = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 4096, 262144);
	if (!wrong)
		wrong = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
	return wrong;
}

SND_PCM_PLUGIN_DEFINE_FUNC(breakable)
{
	struct card *card = calloc(1, sizeof *card);
	snd_config_iterator_t i, next;
	int wrong;
	(void)root;
	if (!card)
		return -ENOMEM;
	snd_config_for_each(i, next, conf) {
		snd_config_t *entry = snd_config_iterator_entry(i);
		const char *key, *value;
		if (snd_config_get_id(entry, &key) < 0 || strcmp(key, "directory") || snd_config_get_string(entry, &value) < 0)
			continue;
		snprintf(card->directory, sizeof card->directory, "%s", value);
	}
	if (is(card, "busy") || is(card, "unplugged")) {
		wrong = is(card, "busy") ? -EBUSY : -ENODEV;
		free(card);
		return wrong;
	}
	card->io.version = SND_PCM_IOPLUG_VERSION;
	card->io.name = "a card that a test can break";
	card->io.callback = &CALLBACKS;
	card->io.private_data = card;
	card->io.poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	card->io.poll_events = POLLIN;
	card->io.mmap_rw = 0;
	wrong = snd_pcm_ioplug_create(&card->io, name, stream, mode);
	if (wrong < 0) {
		close(card->io.poll_fd);
		free(card);
		return wrong;
	}
	wrong = limits(&card->io);
	if (wrong < 0) {
		snd_pcm_ioplug_delete(&card->io);
		return wrong;
	}
	*pcmp = card->io.pcm;
	return 0;
}

SND_PCM_PLUGIN_SYMBOL(breakable);
