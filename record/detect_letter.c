#include "record/detect_rules.h"
#include "record/form.h"

/* Letters and severities of most. */
#define WORDS "FCEWNIDTV", "223456777"
#define ANDROID "AFEWIDV", "2234677"
#define GLOG "FEWID", "23467"
#define PYTHON "CEWID", "23467"

static const struct form forms[] = {
	/* klog, glog; glog with a year, CockroachDB */
	{ "%l0000 00:00:00", GLOG },
	{ "%l00000000 00:00:00", GLOG },
	{ "%l000000 00:00:00", GLOG },
	/* logcat: brief, threadtime, time, Android Studio */
	{ "%l/%*( %i): ", ANDROID },
	{ "%l/%*(00000): ", ANDROID },
	{ "%T %i %i %l ", ANDROID },
	{ "%T %l/%*(~%i): ", ANDROID },
	{ "%T %i-%i/%w %l/", ANDROID },
	/* Tornado, Jupyter, plain Python */
	{ "[%l %T", PYTHON },
	{ "[%l 000000 00:00:00", PYTHON },
	/* Ruby's Logger */
	{ "%l, [0000-00-00T00:00:00", "FEWID", "23467" },
	/* Log4j 2 with one letter */
	{ "%T %l %n - ", "FEWIDT", "234677" },
	/* etcd's capnslog; TensorFlow; MongoDB before 4.4 */
	{ "%T %l | ", WORDS },
	{ "%T: %l %n", GLOG },
	{ "%T %l COMMAND ", GLOG },
	{ "%T %l NETWORK ", GLOG },
	{ "%T %l STORAGE ", GLOG },
	{ "%T %l CONTROL ", GLOG },
	{ "%T %l REPL ", GLOG },
	{ "%T %l INDEX ", GLOG },
	{ "%T %l QUERY ", GLOG },
	{ "%T %l ACCESS ", GLOG },
	{ "%T %l SHARDING ", GLOG },
	{ "%T %l WRITE ", GLOG },
	{ "%T %l FTDC ", GLOG },
	{ "%T %l - ", GLOG },
	/* CUPS */
	{ "%l [00/%a%a%a/0000:00:00:00", "XACEWNIDd", "012345677" },
	/* X.Org, with and without its clock; its other marks are no levels */
	{ "(%l%l) ", "EWI!", "3465" },
	{ "[~%i.%i] (%l%l) ", "EWI!", "3465" },
	/* apt and other tools of Debian; PulseAudio */
	{ "%l: ", "EWNI", "3456" },
	{ "%l: [", "EWID", "3467" },
	/* GPFS, and loggers which write one letter in brackets */
	{ "%T [%l] ", WORDS },
	/* Redis: "1:M 02 Jan 2024 15:04:05.678 * text" */
	{ "%i:%a 00 %a%a%a 0000 00:00:00.000 %l ", ".-*#", "7654" },
};

static struct form_set set = { .forms = forms,
	.count = sizeof(forms) / sizeof(*forms) };

int
detect_letter(const struct front *f, enum severity *out)
{
	return form_find(&set, f, out);
}
