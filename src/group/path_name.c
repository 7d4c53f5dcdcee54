/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "group/path_name.h"

#include <math.h>

#include "base/buf.h"
#include "base/num.h"
#include "group/path_words.h"

struct parse {
	struct sift_path_tokens tokens;
	char *path;	     /* the folders and the stem, in the arena */
	struct sift_buf buf; /* for texts in the making */
	size_t stem_at;	     /* first token of the stem; count = no stem */
	size_t holder_at;    /* first token of the folder holding the files */
	struct sift_arena *arena;
	struct sift_err *err;
};

static const struct {
	const char *one, *many;
} unit_words[SIFT_LOAD_UNIT_COUNT] = {
	[SIFT_LOAD_NONE] = {"", ""},
	[SIFT_LOAD_RPS] = {"rps", "rps"},
	[SIFT_LOAD_TPS] = {"tps", "tps"},
	[SIFT_LOAD_VUS] = {"VU", "VUs"},
	[SIFT_LOAD_USERS] = {"user", "users"},
	[SIFT_LOAD_CLIENTS] = {"client", "clients"},
	[SIFT_LOAD_THREADS] = {"thread", "threads"},
};

bool
sift_load_is_rate(enum sift_load_unit unit)
{
	return unit == SIFT_LOAD_RPS || unit == SIFT_LOAD_TPS;
}

const char *
sift_load_text(double value, enum sift_load_unit unit, struct sift_arena *arena)
{
	char number[SIFT_NUM_MAX];

	if (unit == SIFT_LOAD_NONE || isnan(value))
		return NULL;
	sift_format_double(value, number);
	return sift_arena_printf(arena, "%s %s", number,
				 value == 1 ? unit_words[unit].one
					    : unit_words[unit].many);
}

/* ---- the load token ---- */

static struct sift_path_token *
token_at(struct sift_path_tokens *t, size_t i)
{
	return i < t->count ? &t->items[i] : NULL;
}

/* The number beside a unit word, one gap away; NULL = none. */
static struct sift_path_token *
number_beside(struct sift_path_tokens *t, size_t word, int step)
{
	size_t gap = word + (size_t)step, number = gap + (size_t)step;

	/* Below 0 the unsigned index wraps and is out of range as well. */
	if (!token_at(t, gap) || t->items[gap].kind != SIFT_PATH_GAP ||
	    !token_at(t, number) || t->items[number].kind != SIFT_PATH_NUMBER)
		return NULL;
	return &t->items[number];
}

/* Does a run word stand right before this token of the same folder? */
static bool
follows_run_word(const struct sift_path_tokens *t, size_t i)
{
	while (i > 0 && t->items[i - 1].kind == SIFT_PATH_GAP)
		i--;
	return i > 0 && t->items[i - 1].kind == SIFT_PATH_WORD &&
	       sift_path_is_run_word(t->items[i - 1].text);
}

/* The number that a separate unit word counts: `50 users`, `users-50`. */
static struct sift_path_token *
number_of_unit(struct sift_path_tokens *t, size_t word)
{
	struct sift_path_token *before = number_beside(t, word, -1);
	struct sift_path_token *after = number_beside(t, word, 1);

	if (before && after && follows_run_word(t, (size_t)(before - t->items)))
		return after; /* run-1-users-50 */
	return before ? before : after;
}

static void
take_load(struct parse *p, struct sift_path_name *out)
{
	struct sift_path_tokens *t = &p->tokens;

	for (size_t i = t->count; i-- > 0;) {
		struct sift_path_token *token = &t->items[i], *number = token;

		if (token->kind == SIFT_PATH_WORD) {
			token->unit = sift_path_load_word(token->text);
			number = token->unit == SIFT_LOAD_NONE
					 ? NULL
					 : number_of_unit(t, i);
		} else if (token->kind != SIFT_PATH_LOAD) {
			continue;
		}
		if (!number)
			continue;
		token->taken = number->taken = true;
		out->load = number->value;
		out->unit = token->unit;
		return;
	}
}

/* ---- the run number ---- */

/* The last token before `i` that still stands, over folders; NULL = none. */
static struct sift_path_token *
standing_before(struct sift_path_tokens *t, size_t i)
{
	while (i-- > 0) {
		struct sift_path_token *token = &t->items[i];

		if (!token->taken && token->kind != SIFT_PATH_GAP &&
		    token->kind != SIFT_PATH_SLASH)
			return token;
	}
	return NULL;
}

/* Is token `i` the last that still stands in its folder or stem? */
static bool
ends_its_part(const struct sift_path_tokens *t, size_t i)
{
	for (i++; i < t->count && t->items[i].kind != SIFT_PATH_SLASH; i++)
		if (!t->items[i].taken && t->items[i].kind != SIFT_PATH_GAP)
			return false;
	return true;
}

static void
take_number(struct parse *p, struct sift_path_name *out)
{
	struct sift_path_tokens *t = &p->tokens;
	struct sift_path_token *number = NULL, *before;
	size_t i = t->count;
	bool run_word;

	while (i-- > 0 && !number)
		if (t->items[i].kind == SIFT_PATH_NUMBER && !t->items[i].taken)
			number = &t->items[i];
	if (!number)
		return;
	i = (size_t)(number - t->items);
	before = standing_before(t, i);
	if (before && before->kind != SIFT_PATH_WORD)
		before = NULL;
	run_word = before && sift_path_is_run_word(before->text);
	if (!run_word && before && sift_path_is_other_word(before->text))
		return;
	if (!run_word && (i < p->holder_at || !ends_its_part(t, i)))
		return;
	number->taken = true;
	if (run_word)
		before->taken = true;
	out->has_number = true;
	out->number = (uint64_t)number->value;
}

static void
take_trailing_run(struct parse *p)
{
	struct sift_path_token *last =
		standing_before(&p->tokens, p->tokens.count);

	if (last && last->kind == SIFT_PATH_WORD &&
	    sift_span_equal_nocase(last->text, SIFT_SPAN("run")))
		last->taken = true;
}

/* ---- what stays ---- */

/* The separator between two words that something was taken from between. */
static struct sift_span
healed_gap(struct sift_span gap)
{
	size_t blank = sift_span_find_byte(gap, ' ');

	return blank < gap.len
		       ? sift_span_from(sift_span_head(gap, blank + 1), blank)
		       : sift_span_head(gap, 1);
}

static char *
put(char *out, struct sift_span text)
{
	if (text.len)
		memcpy(out, text.ptr, text.len);
	return out + text.len;
}

static bool
is_kept(const struct sift_path_token *token, bool plain)
{
	if (token->kind == SIFT_PATH_GAP)
		return false;
	return plain ? token->kind != SIFT_PATH_TIME : !token->taken;
}

/* Tokens [from, to) as text, without timestamps (plain) or all taken. Their
   text has room for it; returns the end. */
static char *
render(const struct sift_path_tokens *t, size_t from, size_t to, bool plain,
       char *out)
{
	struct sift_span gap = {NULL, 0};
	bool dropped = false, any = false;

	for (size_t i = from; i < to; i++) {
		const struct sift_path_token *token = &t->items[i];

		if (token->kind == SIFT_PATH_GAP) {
			gap = gap.len ? gap : token->text;
			continue;
		}
		if (!is_kept(token, plain)) {
			dropped = true;
			continue;
		}
		if (!dropped)
			out = put(out, gap);
		else if (any)
			out = put(out, healed_gap(gap));
		out = put(out, token->text);
		gap.len = 0;
		dropped = false;
		any = true;
	}
	return any && !dropped ? put(out, gap) : out;
}

/* What was added to the buffer as text of the arena; NULL = no memory. */
static char *
take_text(struct parse *p)
{
	char *text = NULL;

	if (!sift_buf_status(&p->buf))
		text = sift_arena_span(p->arena, sift_buf_span(&p->buf));
	sift_buf_clear(&p->buf);
	return text;
}

/* Does anything go of tokens [from, to) that is kept in the text before? Of
   separators alone all goes. */
static bool
goes_in_part(const struct sift_path_tokens *t, size_t from, size_t to,
	     bool plain)
{
	bool any = false;

	for (size_t i = from; i < to; i++) {
		const struct sift_path_token *token = &t->items[i];

		if (token->kind == SIFT_PATH_GAP)
			continue;
		any = true;
		if (!is_kept(token, plain) &&
		    (plain || token->kind != SIFT_PATH_TIME))
			return true;
	}
	return !any;
}

/* Tokens [from, to) of the part; `before` is the text less went of: the part
   itself, or the plain one. */
static const char *
rendered(struct parse *p, size_t from, size_t to, bool plain,
	 const struct sift_path_part *part, const char *before)
{
	char *text;

	if (!before || !goes_in_part(&p->tokens, from, to, plain))
		return before;
	text = sift_arena_str(p->arena, part->text);
	if (text)
		*render(&p->tokens, from, to, plain, text) = '\0';
	return text;
}

/* It ends where the slash was. */
static const char *
text_of_part(struct parse *p, size_t from, size_t to)
{
	const struct sift_span *first = &p->tokens.items[from].text;
	const struct sift_span *last = &p->tokens.items[to - 1].text;

	p->path[last->ptr + last->len - p->path] = '\0';
	return first->ptr;
}

static enum sift_status
fill_parts(struct parse *p, struct sift_path_name *out)
{
	struct sift_path_tokens *t = &p->tokens;
	size_t from = 0, to, slashes = 0;

	for (size_t i = 0; i < t->count; i++)
		slashes += t->items[i].kind == SIFT_PATH_SLASH;
	out->parts =
		sift_arena_array(p->arena, slashes + 1, sizeof(*out->parts));
	if (!out->parts)
		return sift_fail(p->err, SIFT_E_NOMEM, "no memory for a path");
	for (; from < t->count; from = to + 1) {
		struct sift_path_part *part = &out->parts[out->part_count];

		for (to = from;
		     to < t->count && t->items[to].kind != SIFT_PATH_SLASH;)
			to++;
		if (from == to)
			continue;
		part->text = text_of_part(p, from, to);
		part->plain = rendered(p, from, to, true, part, part->text);
		part->core = rendered(p, from, to, false, part, part->plain);
		if (!part->plain || !part->core)
			return sift_fail(p->err, SIFT_E_NOMEM,
					 "no memory for a path");
		out->part_count++;
	}
	return SIFT_OK;
}

static bool
is_same(const char *a, const char *b)
{
	return sift_span_equal(sift_span_str(a), sift_span_str(b));
}

/* The cores, with slashes between them; NULL = no memory. */
static const char *
join_cores(struct parse *p, const struct sift_path_name *name)
{
	size_t n = name->part_count, cores = 0;
	const char *only = "";

	/* baseline_1/baseline: only without its number is it the same */
	if (n > 1 && is_same(name->parts[n - 1].core, name->parts[n - 2].core))
		n--;
	for (size_t i = 0; i < n; i++) {
		const char *core = name->parts[i].core;

		if (!*core)
			continue;
		if (cores++ == 0) {
			only = core;
			continue;
		}
		if (cores == 2)
			sift_buf_add_str(&p->buf, only);
		sift_buf_add_byte(&p->buf, '/');
		sift_buf_add_str(&p->buf, core);
	}
	return cores > 1 ? take_text(p) : only;
}

static void
add_skeleton(struct sift_span scenario, struct sift_buf *buf)
{
	for (size_t i = 0; i < scenario.len; i++) {
		bool is_digit = sift_path_is_digit(scenario.ptr[i]);

		if (!is_digit)
			sift_buf_add_byte(buf, scenario.ptr[i]);
		else if (!i || !sift_path_is_digit(scenario.ptr[i - 1]))
			sift_buf_add_byte(buf, '#');
	}
}

static bool
has_digits(const char *text)
{
	while (*text && !sift_path_is_digit(*text))
		text++;
	return *text != '\0';
}

static void
add_quoted(struct sift_span text, struct sift_buf *buf)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr("\\^$.[]|()?*+{}", text.ptr[i]))
			sift_buf_add_byte(buf, '\\');
		sift_buf_add_byte(buf, text.ptr[i]);
	}
}

/* The last run of digits in `text`: *out_from and *out_to; false = none. */
static bool
last_digits(struct sift_span text, size_t *out_from, size_t *out_to)
{
	size_t to = text.len, from;

	while (to && !sift_path_is_digit(text.ptr[to - 1]))
		to--;
	for (from = to; from && sift_path_is_digit(text.ptr[from - 1]);)
		from--;
	*out_from = from;
	*out_to = to;
	return from < to;
}

/* (?<set>pr)-(?<run>[0-9]+) for pr-123; nothing where no word leads. */
static void
add_joiner(struct sift_path_tokens *t, struct sift_buf *buf)
{
	struct sift_span word = {NULL, 0}, gap = {NULL, 0};
	size_t i = t->count, from, to;

	while (i-- > 0) {
		struct sift_path_token *token = &t->items[i];

		if (token->taken || !last_digits(token->text, &from, &to))
			continue;
		word = sift_span_head(token->text, from);
		if (!from && i > 1 && t->items[i - 1].kind == SIFT_PATH_GAP &&
		    t->items[i - 2].kind == SIFT_PATH_WORD) {
			gap = t->items[i - 1].text;
			word = t->items[i - 2].text;
		}
		break;
	}
	if (!word.len)
		return;
	sift_buf_add_str(buf, "(?<set>");
	add_quoted(word, buf);
	sift_buf_add_byte(buf, ')');
	add_quoted(gap, buf);
	sift_buf_add_str(buf, "(?<run>[0-9]+)");
}

/* Scenario, skeleton, joiner and the date. */
static enum sift_status
fill_texts(struct parse *p, struct sift_path_name *out)
{
	const struct sift_path_time *time = &p->tokens.first_time;
	bool ok;

	out->skeleton = out->scenario = join_cores(p, out);
	ok = out->scenario;
	if (ok && has_digits(out->scenario)) {
		add_skeleton(sift_span_str(out->scenario), &p->buf);
		out->skeleton = take_text(p);
		ok = out->skeleton;
		add_joiner(&p->tokens, &p->buf);
		if (p->buf.len) {
			out->joiner = take_text(p);
			ok = ok && out->joiner;
		}
	}
	if (time->date[0]) {
		out->date = sift_arena_str(p->arena, time->date);
		out->stamp = sift_arena_str(p->arena, time->stamp);
		ok = ok && out->date && out->stamp;
	}
	return ok ? SIFT_OK
		  : sift_fail(p->err, SIFT_E_NOMEM, "no memory for a path");
}

static void
find_parts(struct parse *p, bool has_stem)
{
	const struct sift_path_tokens *t = &p->tokens;
	size_t slashes = 0;

	p->stem_at = t->count;
	p->holder_at = 0;
	for (size_t i = t->count; i-- > 0 && slashes < 2;) {
		if (t->items[i].kind != SIFT_PATH_SLASH)
			continue;
		slashes++;
		if (slashes == 1 && has_stem)
			p->stem_at = i + 1;
		if (slashes == (has_stem ? 2u : 1u)) {
			p->holder_at = i + 1;
			return;
		}
	}
}

static enum sift_status
parse_tokens(struct parse *p, bool has_stem, struct sift_path_name *out)
{
	enum sift_status rc;

	for (size_t i = 0; i < p->tokens.count; i++)
		if (p->tokens.items[i].kind == SIFT_PATH_TIME)
			p->tokens.items[i].taken = true;
	find_parts(p, has_stem);
	take_load(p, out);
	take_number(p, out);
	take_trailing_run(p);
	rc = fill_parts(p, out);
	return rc ? rc : fill_texts(p, out);
}

/*
 * An archive is mostly packed with its folder, run_1.tar.gz!run_1/: a folder
 * of the same name as the one above it counts once.
 */
static char *
put_folders(char *path, struct sift_span folders)
{
	struct sift_span above = {NULL, 0}, folder;
	char *out = path;

	for (size_t i = 0; i < folders.len; i += folder.len + 1) {
		folder = sift_span_from(folders, i);
		folder = sift_span_head(folder,
					sift_span_find_byte(folder, '/'));
		if (sift_span_equal(folder, above))
			continue;
		if (out > path)
			*out++ = '/';
		out = put(out, folder);
		above = folder;
	}
	return out;
}

static struct sift_span
last_folder(struct sift_span folders)
{
	size_t from = folders.len;

	while (from && folders.ptr[from - 1] != '/')
		from--;
	return sift_span_from(folders, from);
}

enum sift_status
sift_path_name_parse(struct sift_path_name *out, struct sift_span folders,
		     struct sift_span stem, struct sift_arena *arena,
		     struct sift_err *err)
{
	struct sift_path_token few[SIFT_PATH_TOKENS_FEW];
	struct parse p = {.tokens = {.items = few}, .arena = arena, .err = err};
	struct sift_arena scratch;
	enum sift_status rc;
	char *end;

	*out = (struct sift_path_name){.load = (double)NAN};
	if (sift_span_equal(last_folder(folders), stem))
		stem.len = 0;

	/* With a slash between them, and the NUL. */
	p.path = sift_arena_alloc(arena, folders.len + stem.len + 2);
	if (!p.path)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a path");
	end = put_folders(p.path, folders);
	if (folders.len && stem.len)
		*end++ = '/';
	end = put(end, stem);
	sift_arena_init(&scratch);
	rc = sift_path_tokens(&p.tokens,
			      sift_span_of(p.path, (size_t)(end - p.path)),
			      &scratch, err);
	if (!rc)
		rc = parse_tokens(&p, stem.len > 0, out);
	sift_buf_release(&p.buf);
	sift_arena_release(&scratch);
	return rc;
}

bool
sift_load_parse(struct sift_span text, double *out_value,
		enum sift_load_unit *out_unit)
{
	struct sift_path_name name = {.load = (double)NAN};
	struct sift_path_token few[SIFT_PATH_TOKENS_FEW];
	struct parse p = {.tokens = {.items = few}};
	struct sift_arena scratch;

	sift_arena_init(&scratch);
	if (!sift_path_tokens(&p.tokens, text, &scratch, NULL))
		take_load(&p, &name);
	sift_arena_release(&scratch);
	if (name.unit == SIFT_LOAD_NONE)
		return false;
	*out_value = name.load;
	*out_unit = name.unit;
	return true;
}
