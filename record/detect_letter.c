#include "record/detect_rules.h"
#include "record/form.h"

/* Letters and severities of most. */
#define WORDS "AFCEWNIDTV", "1223456777"
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
	{ "%l/%*(000): ", ANDROID },
	{ "%l/%*(000%i): ", ANDROID },
	{ "%T %i %i %l ", ANDROID },
	{ "%T %i %i %i %l ", ANDROID },
	{ "%T %l/%*(~%i): ", ANDROID },
	{ "%T %i-%i/%w %l/", ANDROID },
	{ "%T %i-%i %n %n %l ", ANDROID },
	{ "[ %T %i:~%i %l/", ANDROID },
	/* Tornado, Jupyter, plain Python */
	{ "[%l %T", PYTHON },
	{ "[%l 000000 00:00:00", PYTHON },
	/* PyTorch */
	{ "[%l0000 00:00:00", GLOG },
	{ "[%l000 00:00:00", GLOG },
	{ "[%l %n] [", GLOG },
	{ "[rank%i]:[%l0000 00:00:00", GLOG },
	{ "[rank%i]:[%l000 00:00:00", GLOG },
	/* Ruby's Logger */
	{ "%l, [0000-00-00T00:00:00", "FEWID", "23467" },
	/* Log4j 2 with one letter */
	{ "%T %l %n - ", "FEWIDT", "234677" },
	/* etcd's capnslog; TensorFlow; MongoDB before 4.4 */
	{ "%T %l | ", WORDS },
	{ "%T: %l %n", GLOG },
	{ "%T %l COMMAND ", GLOG },
	{ "%T %l %u~[", GLOG },
	{ "%T %l - ", GLOG },
	/* CUPS */
	{ "%l [00/%a%a%a/0000:00:00:00", "XACEWNIDd", "012345677" },
	/* X.Org, with and without its clock; its other marks are no levels */
	{ "(%l%l) ", "EWI!", "3465" },
	{ "[~%i.%i] (%l%l) ", "EWI!", "3465" },
	/* apt and other tools of Debian; PulseAudio */
	{ "%l: ", "EWNI", "3456" },
	{ "%l: [", "EWID", "3467" },
	/* One letter in brackets: GPFS, Gitea, TensorRT, ESPHome, Foreman,
	 * spdlog, InfluxDB, Passenger, PipeWire, Mumble, qBittorrent */
	{ "%T [%l] ", WORDS },
	{ "%T[%l][", "EWIDV", "34677" },
	{ "%T [%l|", WORDS },
	{ "%T ...%w [%l] ", WORDS },
	{ "%T [] [---%l---] ", WORDS },
	{ "%T [%n] [---%l---] ", WORDS },
	{ "[%l] %T", WORDS },
	{ "[ %l %T", WORDS },
	{ "[%l][%i.", WORDS },
	{ "[%l][00:00:00", WORDS },
	{ "<%l>%T", WORDS },
	{ "[%i:%l %i] ", "01234567", "01234567" }, /* ngIRCd: syslog's */
	{ "(%l) %T - ", "CWI", "246" },
	/* Gluster, semantic_logger; Telegraf; ESP-IDF; ESXi; Kotlin */
	{ "%T %l [", "CEWNIDTF", "23456772" },
	{ "%T %l! ", "EWID", "3467" },
	{ "%l (%i) %n: ", "EWIDV", "34677" },
	{ "%l (00:00:00.000) %n: ", "EWIDV", "34677" },
	{ "%T %l%a(%i) ", "EWNID", "34567" },
	{ "%l: file:", "ewi", "346" },
	{ "%l: /", "ewi", "346" },
	/* WebSphere; HANA; Ceph, whose -1 is an error */
	{ "%T 0000%w %n %l %u ", "FEWAI", "23456" },
	{ "[%i]{-%w %T %l %n ", "ewid", "3467" },
	{ "%T 7f%w -%l ", "1", "3" },
	/* Redis: "1:M 02 Jan 2024 15:04:05.678 * text" */
	{ "%i:%a 00 %a%a%a 0000 00:00:00.000 %l ", ".-*#", "7654" },
	{ "[%i] 00 %a%a%a 00:00:00.000 %l ", ".-*#", "7654" },
	{ "[%i] 00 %a%a%a 00:00:00 %l ", ".-*#", "7654" },
};

static struct form_set set = { .forms = forms,
	.count = sizeof(forms) / sizeof(*forms) };

int
detect_letter(const struct front *f, enum severity *out)
{
	return form_find(&set, f, out);
}
