// SPDX-License-Identifier: GPL-3.0-or-later
//
// DuckDB doing what loadsift is measured at, in the fastest ways found.
//
// usage: node duckdb.mjs MODULES THREADS JOB INPUT
//
// MODULES is where npm installed DuckDB. Prints {"seconds", "rows", "series"};
// the seconds are those of the queries, without the start of node.

import { createRequire } from 'node:module';

const [modules, threads, job, input] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { DuckDBInstance } = require('@duckdb/node-api');

// Every line by the JSON reader, with the columns declared. Works for any
// order of keys and any spacing.
const points = `
  SELECT data.tags."method" AS "method", data.tags."name" AS "name",
    data."value" AS ms, data.tags.expected_response = 'false' AS failed,
    substr(data."time", 1, 19) AS second
  FROM read_json('${input}', format = 'newline_delimited', columns = {
    metric: 'VARCHAR', data: 'STRUCT("time" VARCHAR, "value" DOUBLE,
      tags STRUCT(expected_response VARCHAR, "method" VARCHAR,
                  "name" VARCHAR))'})
  WHERE metric = 'http_req_duration' AND data."value" IS NOT NULL`;

// Lines by the CSV reader, and JSON only for those whose 12th byte begins the
// right name: faster, but right only for the layout of k6 >= 0.41.
const lines = `
  SELECT tags."method" AS "method", tags."name" AS "name", "value" AS ms,
    tags.expected_response = 'false' AS failed,
    substr("time", 1, 19) AS second
  FROM (
    SELECT unnest(from_json(line::JSON, '{"data": {"time": "VARCHAR",
      "value": "DOUBLE", "tags": {"expected_response": "VARCHAR",
      "method": "VARCHAR", "name": "VARCHAR"}}}').data)
    FROM read_csv('${input}', columns = {line: 'VARCHAR'}, delim = '\x01',
      quote = '', escape = '', header = false, auto_detect = false,
      strict_mode = false, max_line_size = 1000000)
    WHERE substr(line, 12, 17) = 'http_req_duration')`;

const pointsJob = (scan) => [
  `CREATE TEMP TABLE point AS ${scan}`,
  `SELECT "method", "name", count(*)::DOUBLE AS requests,
     (count(*) FILTER (failed))::DOUBLE AS failures, min(ms) AS min,
     avg(ms) AS mean, max(ms) AS max,
     quantile_cont(ms, [0.5, 0.9, 0.95, 0.99]) AS percentiles
   FROM point GROUP BY ALL ORDER BY ALL`,
  `SELECT second, count(*)::DOUBLE AS requests,
     (count(*) FILTER (failed))::DOUBLE AS failures, avg(ms) AS mean,
     max(ms) AS max
   FROM point GROUP BY ALL ORDER BY ALL`,
];

// What is left of a path without dates and numbers of runs: the test.
const test = `regexp_replace(filename[${input.length + 2}:],
  '^\\d{4}/\\d\\d/\\d\\d/|\\d{4}-\\d\\d-\\d\\dT02-\\d\\d_|_run\\d+|/run-\\d+|u_\\d+',
  '', 'g')`;

const spread = (column) => `struct_pack(median := median(${column}),
  min := min(${column}), max := max(${column}), mean := avg(${column}),
  stddev := stddev_samp(${column})) AS ${column}`;

const spreads = (scan) => [
  `SELECT test, "method", "name", count(*)::DOUBLE AS runs,
     ${['requests', 'p50', 'p95', 'p99'].map(spread).join(',\n')}
   FROM (${scan}) GROUP BY ALL ORDER BY ALL`,
];

const percents = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100];
const statsColumns = ['Type', 'Name', 'Request Count', 'Failure Count',
  'Median Response Time', 'Average Response Time', 'Min Response Time',
  'Max Response Time', 'Average Content Size', 'Requests/s', 'Failures/s',
  ...percents.map((p) => p + '%')];

const stats = `
  SELECT ${test} AS test, "Type" AS "method", "Name" AS "name",
    "Request Count" AS requests, "50%" AS p50, "95%" AS p95, "99%" AS p99
  FROM read_csv('${input}/**/*_stats.csv', filename = true, header = true,
    auto_detect = false, delim = ',', quote = '"', new_line = '\\r\\n',
    buffer_size = 65536, max_line_size = 4096, parallel = false,
    columns = {${statsColumns.map((name, i) =>
      `'${name}': '${i < 2 ? 'VARCHAR' : 'DOUBLE'}'`).join(', ')}})
  WHERE "Name" <> 'Aggregated'`;

// Each file as one text, cut at line ends and commas: faster, but wrong as
// soon as a cell is quoted.
const texts = `
  SELECT test, cell[1] AS "method", cell[2] AS "name",
    cell[3]::DOUBLE AS requests, cell[12]::DOUBLE AS p50,
    cell[17]::DOUBLE AS p95, cell[19]::DOUBLE AS p99
  FROM (
    SELECT test, string_split(unnest(
      string_split(content, chr(13) || chr(10))[2:-3]), ',') AS cell
    FROM (SELECT ${test} AS test, content
          FROM read_text('${input}/**/*_stats.csv')))`;

const tags = `'\\{method:([^,]*),name:([^}]*\\}?[^}]*)\\}$'`;
const summaries = `
  SELECT test, regexp_extract(key, ${tags}, 1) AS "method",
    regexp_extract(key, ${tags}, 2) AS "name",
    metrics['http_reqs' || key[18:]]['values']['count'] AS requests,
    v['values']['med'] AS p50, v['values']['p(95)'] AS p95,
    v['values']['p(99)'] AS p99
  FROM (
    SELECT test, metrics, unnest(map_keys(metrics)) AS key,
      unnest(map_values(metrics)) AS v
    FROM (
      SELECT ${test} AS test, metrics
      FROM read_json('${input}/**/*_summary.json', filename = true,
        columns = {metrics: 'MAP(VARCHAR, STRUCT("values" MAP(VARCHAR, DOUBLE)))'})))
  WHERE starts_with(key, 'http_req_duration{')`;

const jobs = {
  points: pointsJob(points),
  lines: pointsJob(lines),
  stats: spreads(stats),
  texts: spreads(texts),
  summaries: spreads(summaries),
};

const db = await DuckDBInstance.create(':memory:', {
  threads, preserve_insertion_order: 'false',
});
const connection = await db.connect();
const begin = performance.now();
const results = [];
for (const query of jobs[job])
  results.push((await connection.runAndReadAll(query)).getRowObjectsJson());
const seconds = (performance.now() - begin) / 1000;
const [rows, series] = results.slice(job in { points: 1, lines: 1 } ? 1 : 0);
console.log(JSON.stringify({ seconds, rows, series }));
