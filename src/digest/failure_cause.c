/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "digest/failure_cause.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Causes stand near the begin; what follows may be a whole page. */
#define LOOKED_AT 4096

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
holds(struct sift_span text, struct sift_span part)
{
	return sift_span_find(text, part) < text.len;
}

static bool
holds_any(struct sift_span text, const struct sift_span *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (holds(text, parts[i]))
			return true;
	return false;
}

/* ---- statuses ---- */

/* A status of three digits where the text begins; empty if there is none. */
static struct sift_span
status_at(struct sift_span text)
{
	struct sift_span status = sift_span_head(text, 3);

	if (status.len < 3 || status.ptr[0] < '1' || status.ptr[0] > '5' ||
	    !is_digit(status.ptr[1]) || !is_digit(status.ptr[2]) ||
	    (text.len > 3 && is_word(text.ptr[3])))
		return SIFT_SPAN("");
	return status;
}

/*
 * requests: "404 Client Error: Not Found for url: x", older ones without the
 * URL; urllib: "HTTP Error 404: Not Found"; Locust's FastHttpUser:
 * "BadStatusCode('http://…', code=404)".
 */
static struct sift_span
find_status(struct sift_span text)
{
	static const struct sift_span heads[] = {
		SIFT_SPAN_INIT("HTTPError: "),
		SIFT_SPAN_INIT("HTTP Error "),
		SIFT_SPAN_INIT("HTTP "),
		SIFT_SPAN_INIT("status "),
	};
	static const struct sift_span tails[] = {
		SIFT_SPAN_INIT(" Client Error"),
		SIFT_SPAN_INIT(" Server Error"),
	};
	const struct sift_span code = SIFT_SPAN("code=");
	struct sift_span status, rest = text;

	if (sift_span_starts(text, SIFT_SPAN("BadStatusCode(")))
		return status_at(sift_span_from(
			text, sift_span_find(text, code) + code.len));
	for (size_t i = 0; i < COUNT_OF(heads) && rest.len == text.len; i++)
		if (sift_span_starts(text, heads[i]))
			rest = sift_span_from(text, heads[i].len);
	status = status_at(rest);
	for (size_t i = 0; i < COUNT_OF(tails); i++)
		if (sift_span_starts(sift_span_from(rest, 3), tails[i]))
			return status;
	if (rest.len == text.len || !status.len)
		return SIFT_SPAN("");
	return rest.len == 3 || rest.ptr[3] == ':' ? status : SIFT_SPAN("");
}

/* ---- connections ---- */

/* Python: names of exceptions and what urllib3 and requests put around. */
static const struct sift_span python[] = {
	SIFT_SPAN_INIT("ConnectionPool("),
	SIFT_SPAN_INIT("[Errno "),
	SIFT_SPAN_INIT("(Errno "),
	SIFT_SPAN_INIT("ConnectionError("),
	SIFT_SPAN_INIT("ConnectionError: "),
	SIFT_SPAN_INIT("ConnectionRefusedError("),
	SIFT_SPAN_INIT("ConnectionResetError("),
	SIFT_SPAN_INIT("ConnectionAbortedError("),
	SIFT_SPAN_INIT("ConnectionClosed("),
	SIFT_SPAN_INIT("BrokenPipeError("),
	SIFT_SPAN_INIT("RemoteDisconnected("),
	SIFT_SPAN_INIT("ProtocolError("),
	SIFT_SPAN_INIT("('Connection aborted."),
	SIFT_SPAN_INIT("TimeoutError("),
	SIFT_SPAN_INIT("Timeout("),
	SIFT_SPAN_INIT("timeout('"),
	SIFT_SPAN_INIT("OSError("),
	SIFT_SPAN_INIT("socket.error"),
	SIFT_SPAN_INIT("gaierror("),
};

/* Go, as k6 passes it on. */
static const struct sift_span go[] = {
	SIFT_SPAN_INIT("dial "),
	SIFT_SPAN_INIT("dial: "),
	SIFT_SPAN_INIT("read: "),
	SIFT_SPAN_INIT("write: "),
	SIFT_SPAN_INIT("read tcp "),
	SIFT_SPAN_INIT("write tcp "),
	SIFT_SPAN_INIT("lookup "),
	SIFT_SPAN_INIT("lookup: "),
	SIFT_SPAN_INIT("EOF"),
	SIFT_SPAN_INIT("unexpected EOF"),
	SIFT_SPAN_INIT("request timeout"),
	SIFT_SPAN_INIT("context deadline exceeded"),
	SIFT_SPAN_INIT("connection reset by peer"),
	SIFT_SPAN_INIT("http: server closed idle connection"),
};

/* What is looked for, in order, and what it is called. */
static const struct {
	struct sift_span says;
	struct sift_span cause;
} causes[] = {
#define ROW(says, cause)                                                       \
 {                                                                             \
  SIFT_SPAN_INIT(says), SIFT_SPAN_INIT(cause)                                  \
 }
	ROW("onnection refused", "connection refused"),
	ROW("onnection reset", "connection reset"),
	ROW("roken pipe", "broken pipe"),
	ROW("no such host", "host name not found"),
	ROW("ame or service not known", "host name not found"),
	ROW("nodename nor servname", "host name not found"),
	ROW("failure in name resolution", "host name not found"),
	ROW("getaddrinfo failed", "host name not found"),
	ROW("o route to host", "host unreachable"),
	ROW("etwork is unreachable", "host unreachable"),
	ROW("oo many open files", "too many open files"),
	ROW("annot assign requested address", "no local port left"),
	ROW("onnectTimeout", "connect timeout"),
	ROW("connect timeout", "connect timeout"),
	ROW("onnection timed out", "connect timeout"),
	ROW("dial: i/o timeout", "connect timeout"),
	ROW("i/o timeout", "request timeout"),
	ROW("request timeout", "request timeout"),
	ROW("read timeout", "request timeout"),
	ROW("context deadline exceeded", "request timeout"),
	ROW("imed out", "request timeout"),
	ROW("ReadTimeout", "request timeout"),
	ROW("Remote end closed", "connection closed (EOF)"),
	ROW("RemoteDisconnected", "connection closed (EOF)"),
	ROW("onnection aborted", "connection closed (EOF)"),
	ROW("onnection closed", "connection closed (EOF)"),
	ROW("closed idle connection", "connection closed (EOF)"),
	ROW("BadStatusLine", "connection closed (EOF)"),
	ROW("EOF", "connection closed (EOF)"),
};

/* k6's numbers for some of them, where its texts were not kept. */
static const struct {
	struct sift_span says;
	struct sift_span cause;
} codes[] = {
	ROW("k6 error 1050", "request timeout"),
	ROW("k6 error 1101", "host name not found"),
	ROW("k6 error 1211", "connect timeout"),
	ROW("k6 error 1212", "connection refused"),
	ROW("k6 error 1220", "connection reset"),
#undef ROW
};

/* Go's client: Get "http://a/b": EOF */
static struct sift_span
without_request(struct sift_span text)
{
	const struct sift_span end = SIFT_SPAN("\": ");
	size_t method = sift_span_find(text, SIFT_SPAN(" \"http"));
	size_t at;

	if (method > 7) /* letters of Options */
		return text;
	at = sift_span_find(text, end);
	return at < text.len ? sift_span_from(text, at + end.len) : text;
}

static bool
is_of_connections(struct sift_span text)
{
	struct sift_span said = without_request(text);

	for (size_t i = 0; i < COUNT_OF(go); i++)
		if (sift_span_starts(said, go[i]))
			return true;
	return holds_any(text, python, COUNT_OF(python));
}

static struct sift_span
find_connection(struct sift_span text)
{
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (sift_span_equal(text, codes[i].says))
			return codes[i].cause;
	if (!is_of_connections(text))
		return SIFT_SPAN("");
	/* dial tcp 10.0.0.7:80: i/o timeout */
	if (sift_span_starts(without_request(text), SIFT_SPAN("dial ")) &&
	    holds(text, SIFT_SPAN("i/o timeout")))
		return SIFT_SPAN("connect timeout");
	for (size_t i = 0; i < COUNT_OF(causes); i++)
		if (holds(text, causes[i].says))
			return causes[i].cause;
	return SIFT_SPAN("");
}

bool
sift_failure_cause(struct sift_span text, struct sift_buf *out)
{
	struct sift_span status, cause;

	text = sift_span_head(text, LOOKED_AT);
	status = find_status(text);
	if (status.len) {
		sift_buf_add_str(out, "HTTP ");
		sift_buf_add_span(out, status);
		return true;
	}
	cause = find_connection(text);
	sift_buf_add_span(out, cause);
	return cause.len > 0;
}
