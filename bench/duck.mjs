// Runs the statements of a file in DuckDB, one after another; prints the rows of the last, one a line, and on stderr the seconds of each and the peak memory.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [file, threads] = process.argv.slice(2);
const db = await DuckDBInstance.create(':memory:', { threads: threads || '2' });
const c = await db.connect();
let rows = [];
for (const sql of readFileSync(file, 'utf8').split(/^-- next\n/m)) {
  const begun = process.hrtime.bigint();
  const keep = sql.startsWith('-- rows\n');
  const reader = keep ? await c.runAndReadAll(sql) : await c.run(sql);
  console.error('seconds', Number(process.hrtime.bigint() - begun) / 1e9);
  rows = keep ? reader.getRowObjectsJson() : [];
}
for (const r of rows) console.log(JSON.stringify(r));
const peak = readFileSync('/proc/self/status', 'utf8').match(/VmHWM:\s+(\d+)/);
console.error('peak', peak ? peak[1] : 0);
