# SPDX-License-Identifier: GPL-3.0-or-later
# Figures against those of other code, kept with the tests.

TESTS += \
	%D%/crosscheck.py \
	%D%/k6_dashboard.py %D%/k6_oracle.py %D%/k6_samples.py %D%/k6_text.py \
	%D%/k6_versions.py %D%/locust_versions.py \
	%D%/locust_encodings.py %D%/locust_histories.py %D%/locust_html.py \
	%D%/locust_json.py %D%/locust_log.py \
	%D%/locust_oracle.py %D%/locust_requests.py \
	%D%/locust_samples.py %D%/second_way.py %D%/services.py

EXTRA_DIST += \
	%D%/crosscheck.py \
	%D%/k6_dashboard.py %D%/k6_oracle.py %D%/k6_samples.py %D%/k6_text.py \
	%D%/k6_versions.py %D%/locust_versions.py \
	%D%/locust_encodings.py %D%/locust_histories.py %D%/locust_html.py \
	%D%/locust_json.py %D%/locust_log.py \
	%D%/locust_oracle.py %D%/locust_requests.py \
	%D%/locust_samples.py \
	%D%/oracle.py %D%/second_way.py %D%/services.py
