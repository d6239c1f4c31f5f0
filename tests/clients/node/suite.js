'use strict';

// node-oracledb (thin mode) against a running server: node suite.js <port> <user> <password>. One line a case: "ok name" or "not ok name: why".

const assert = require('node:assert');
const oracledb = require('oracledb');

const [port, user, password] = process.argv.slice(2);
const config = { user, password, connectString: `localhost:${port}/FREEPDB1` };
oracledb.fetchAsBuffer = [];

const cases = {
  async 'connects as to 23ai'(c) {
    assert.match(c.oracleServerVersionString, /^23\./);
    assert.strictEqual(c.thin, true);
    await c.ping();
  },

  async 'refuses a wrong password and an unknown service'() {
    await assert.rejects(oracledb.getConnection({ ...config, password: 'wrong' }), { errorNum: 1017 });
    await assert.rejects(oracledb.getConnection({ ...config, connectString: `localhost:${port}/NOSUCH` }), { code: 'NJS-518' });
  },

  async 'takes values of every type there and back'(c) {
    await c.execute(`CREATE TABLE NODE_TYPES (ID NUMBER(9) NOT NULL, N NUMBER, V VARCHAR2(40), C CHAR(5), NV NVARCHAR2(20), D DATE, TS TIMESTAMP(6),
      TZ TIMESTAMP(6) WITH TIME ZONE, LTZ TIMESTAMP(6) WITH LOCAL TIME ZONE, R RAW(30), BD BINARY_DOUBLE, BF BINARY_FLOAT, DS INTERVAL DAY TO SECOND, YM INTERVAL YEAR TO MONTH)`);
    const at = new Date(Date.UTC(2024, 1, 29, 23, 59, 58, 123));
    const row = {
      id: 1, n: -123456.789, v: 'żółć 😀', c: 'ab', nv: 'zażółć', d: new Date(2024, 1, 29, 1, 2, 3), ts: at, tz: at, ltz: at,
      r: Buffer.from([0, 1, 254, 255]), bd: -1.5e-300, bf: 0.5,
      ds: new oracledb.IntervalDS({ days: 5, hours: 4, minutes: 3, seconds: 2, fseconds: 123456000 }), ym: new oracledb.IntervalYM({ years: 3, months: 7 }),
    };
    const types = {
      nv: oracledb.DB_TYPE_NVARCHAR, ts: oracledb.DB_TYPE_TIMESTAMP, tz: oracledb.DB_TYPE_TIMESTAMP_TZ, ltz: oracledb.DB_TYPE_TIMESTAMP_LTZ,
      d: oracledb.DB_TYPE_DATE, bd: oracledb.DB_TYPE_BINARY_DOUBLE, bf: oracledb.DB_TYPE_BINARY_FLOAT, ds: oracledb.DB_TYPE_INTERVAL_DS, ym: oracledb.DB_TYPE_INTERVAL_YM,
    };
    const binds = Object.fromEntries(Object.entries(row).map(([k, val]) => [k, types[k] ? { val, type: types[k] } : { val }]));
    const inserted = await c.execute(`INSERT INTO NODE_TYPES VALUES (${Object.keys(row).map(k => ':' + k).join(', ')})`, binds);
    assert.strictEqual(inserted.rowsAffected, 1);
    await c.execute('INSERT INTO NODE_TYPES (ID) VALUES (2)');
    const { rows, metaData } = await c.execute('SELECT * FROM NODE_TYPES ORDER BY ID', [], { outFormat: oracledb.OUT_FORMAT_OBJECT });
    assert.deepStrictEqual({ ...rows[0] }, {
      ID: 1, N: row.n, V: row.v, C: 'ab   ', NV: row.nv, D: row.d, TS: row.ts, TZ: row.tz, LTZ: row.ltz, R: row.r, BD: row.bd, BF: row.bf, DS: row.ds, YM: row.ym,
    });
    assert.ok(Object.entries(rows[1]).every(([k, v]) => k === 'ID' || v === null));
    assert.deepStrictEqual(metaData.map(m => m.dbTypeName), ['NUMBER', 'NUMBER', 'VARCHAR2', 'CHAR', 'NVARCHAR2', 'DATE', 'TIMESTAMP',
      'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP WITH LOCAL TIME ZONE', 'RAW', 'BINARY_DOUBLE', 'BINARY_FLOAT', 'INTERVAL DAY TO SECOND', 'INTERVAL YEAR TO MONTH']);
    assert.deepStrictEqual(metaData.map(m => m.nullable), [false, ...Array(13).fill(true)]);
    await c.rollback();
  },

  async 'counts rows and errors of arrays'(c) {
    await c.execute('CREATE TABLE NODE_ARRAY (ID NUMBER(9) PRIMARY KEY, V VARCHAR2(20))');
    const bindDefs = [{ type: oracledb.NUMBER }, { type: oracledb.STRING, maxSize: 40 }];
    const many = Array.from({ length: 20000 }, (_, i) => [i, i % 3 ? `v${i}` : null]);
    assert.strictEqual((await c.executeMany('INSERT INTO NODE_ARRAY VALUES (:1, :2)', many, { bindDefs })).rowsAffected, 20000);
    const bad = await c.executeMany('INSERT INTO NODE_ARRAY VALUES (:1, :2)', [[20000, 'a'], [7, 'b'], [20001, 'x'.repeat(21)], [20002, 'c']], { bindDefs, batchErrors: true, dmlRowCounts: true });
    assert.strictEqual(bad.rowsAffected, 2);
    assert.deepStrictEqual(bad.dmlRowCounts, [1, 0, 0, 1]);
    assert.deepStrictEqual(bad.batchErrors.map(e => [e.offset, Number(/ORA-(\d+)/.exec(e.message)[1])]), [[1, 1], [2, 12899]]);
    const errors = await c.executeMany('INSERT INTO NODE_ARRAY VALUES (:1, :2)', Array.from({ length: 3000 }, (_, i) => [i, 'again']), { bindDefs, batchErrors: true });
    assert.strictEqual(errors.batchErrors.length, 3000);
    await assert.rejects(c.executeMany('INSERT INTO NODE_ARRAY VALUES (:1, :2)', [[30000, 'a'], [30000, 'b'], [30001, 'c']], { bindDefs }), { errorNum: 1 });
    assert.deepStrictEqual((await c.execute('SELECT COUNT(*) FROM NODE_ARRAY WHERE ID >= 30000')).rows, [[1]]);
    await c.commit();
  },

  async 'fetches in pieces and to the end'(c) {
    const result = await c.execute('SELECT ID, V FROM NODE_ARRAY WHERE ID < 20000 ORDER BY ID', [], { resultSet: true, fetchArraySize: 777, prefetchRows: 5 });
    let n = 0;
    for (let row; (row = await result.resultSet.getRow()); n++) assert.deepStrictEqual(row, [n, n % 3 ? `v${n}` : null]);
    await result.resultSet.close();
    assert.strictEqual(n, 20000);
  },

  async 'runs a statement again and again with other values'(c) {
    for (let i = 0; i < 5; i++) assert.deepStrictEqual((await c.execute('SELECT ID FROM NODE_ARRAY WHERE ID = :id', [i])).rows, [[i]]);
  },

  async 'writes and reads LOBs in pieces'(c) {
    await c.execute('CREATE TABLE NODE_LOBS (ID NUMBER(9), C CLOB, N NCLOB, B BLOB)');
    const text = 'ab é 😀'.repeat(20000), bytes = Buffer.alloc(200000, 0x5a);
    const lob = await c.createLob(oracledb.CLOB);
    await new Promise((done, failed) => { lob.on('finish', done); lob.on('error', failed); lob.write(text.slice(0, 70000)); lob.end(text.slice(70000)); });
    await c.execute('INSERT INTO NODE_LOBS VALUES (1, :c, :n, :b)', { c: lob, n: { val: text, type: oracledb.NCLOB }, b: bytes });
    await lob.close();
    const asStream = (await c.execute('SELECT C, N, B FROM NODE_LOBS')).rows[0];
    assert.strictEqual(asStream[0].length, text.length);
    assert.strictEqual(await asStream[0].getData(), text);
    assert.strictEqual(await asStream[1].getData(), text);
    assert.ok((await asStream[2].getData()).equals(bytes));
    const fetchInfo = { C: { type: oracledb.STRING }, N: { type: oracledb.STRING }, B: { type: oracledb.BUFFER } };
    const whole = (await c.execute('SELECT C, N, B FROM NODE_LOBS', [], { fetchInfo })).rows[0];
    assert.strictEqual(whole[0], text);
    assert.strictEqual(whole[1], text);
    assert.ok(whole[2].equals(bytes));
    await c.rollback();
  },

  async 'gets values back by RETURNING'(c) {
    await c.execute('CREATE TABLE NODE_RETURN (ID NUMBER(9), V VARCHAR2(20), D DATE)');
    const sql = "INSERT INTO NODE_RETURN VALUES (:id, 'v' || :id, DATE '2024-05-06') RETURNING ID * 2, V, D INTO :twice, :v, :d";
    const outs = { twice: { dir: oracledb.BIND_OUT, type: oracledb.NUMBER }, v: { dir: oracledb.BIND_OUT, type: oracledb.STRING, maxSize: 20 }, d: { dir: oracledb.BIND_OUT, type: oracledb.DATE } };
    for (const id of [21, 22]) {
      const { outBinds } = await c.execute(sql, { id, ...outs });
      assert.deepStrictEqual(outBinds, { twice: [2 * id], v: [`v${id}`], d: [new Date(2024, 4, 6)] });
    }
    const many = await c.executeMany('UPDATE NODE_RETURN SET V = :v WHERE ID >= :id RETURNING ID INTO :o', [{ v: 'a', id: 0 }, { v: 'b', id: 22 }, { v: 'c', id: 99 }],
      { bindDefs: { v: { type: oracledb.STRING, maxSize: 5 }, id: { type: oracledb.NUMBER }, o: { dir: oracledb.BIND_OUT, type: oracledb.NUMBER } } });
    assert.deepStrictEqual(many.outBinds.map(o => o.o.sort()), [[21, 22], [22], []]);
    await c.rollback();
  },

  async 'knows the row that was touched last'(c) {
    await c.execute('CREATE TABLE NODE_ROWID (ID NUMBER(9))');
    const first = (await c.execute('INSERT INTO NODE_ROWID VALUES (1)')).lastRowid, second = (await c.execute('INSERT INTO NODE_ROWID VALUES (2)')).lastRowid;
    assert.match(first, /^[A-Za-z0-9+/]{18}$/);
    assert.notStrictEqual(first, second);
    assert.deepStrictEqual((await c.execute('SELECT ID FROM NODE_ROWID WHERE ROWID = :1', [second])).rows, [[2]]);
    assert.strictEqual((await c.execute('UPDATE NODE_ROWID SET ID = 3 WHERE ID = 1')).lastRowid, first);
    await c.rollback();
  },

  async 'commits, rolls back and tells whether a transaction is open'(c) {
    await c.execute('CREATE TABLE NODE_TX (ID NUMBER(9))');
    assert.strictEqual(c.transactionInProgress, false);
    await c.execute('INSERT INTO NODE_TX VALUES (1)');
    assert.strictEqual(c.transactionInProgress, true);
    await c.rollback();
    assert.strictEqual(c.transactionInProgress, false);
    await c.execute('INSERT INTO NODE_TX VALUES (2)', [], { autoCommit: true });
    assert.strictEqual(c.transactionInProgress, false);
    await c.execute('INSERT INTO NODE_TX VALUES (3)');
    await c.commit();
    const other = await oracledb.getConnection(config);
    assert.deepStrictEqual((await other.execute('SELECT ID FROM NODE_TX ORDER BY ID')).rows, [[2], [3]]);
    await other.close();
  },

  async 'runs PL/SQL blocks with values in and out'(c) {
    const sql = `DECLARE n NUMBER := 0; BEGIN FOR i IN 1..:upto LOOP n := n + i; END LOOP; :total := n; :word := :word || '!'; :at := DATE '2024-05-06'; :none := NULL; END;`;
    for (const upto of [3, 4]) {
      const { outBinds } = await c.execute(sql, {
        upto, total: { dir: oracledb.BIND_OUT, type: oracledb.NUMBER }, word: { dir: oracledb.BIND_INOUT, val: 'hé', type: oracledb.STRING, maxSize: 20 },
        at: { dir: oracledb.BIND_OUT, type: oracledb.DATE }, none: { dir: oracledb.BIND_OUT, type: oracledb.STRING, maxSize: 5 },
      });
      assert.deepStrictEqual(outBinds, { total: upto === 3 ? 6 : 10, word: 'hé!', at: new Date(2024, 4, 6), none: null });
    }
    const many = await c.executeMany('BEGIN :o := :i * 2; END;', [{ i: 1 }, { i: 2 }, { i: 3 }], { bindDefs: { i: { type: oracledb.NUMBER }, o: { dir: oracledb.BIND_OUT, type: oracledb.NUMBER } } });
    assert.deepStrictEqual(many.outBinds.map(b => b.o), [2, 4, 6]);
    await assert.rejects(c.execute("BEGIN RAISE_APPLICATION_ERROR(-20042, 'mine'); END;"), e => e.errorNum === 20042 && /^ORA-20042: mine/.test(e.message));
  },

  async 'reads the cursor and the LOB that a block leaves'(c) {
    for (let again = 0; again < 2; again++) {
      const { outBinds } = await c.execute('BEGIN OPEN :c FOR SELECT LEVEL N FROM DUAL CONNECT BY LEVEL <= :n; :l := :l; END;', {
        c: { dir: oracledb.BIND_OUT, type: oracledb.CURSOR }, n: 300, l: { dir: oracledb.BIND_INOUT, val: 'x'.repeat(40000), type: oracledb.CLOB } });
      const rows = await outBinds.c.getRows(1000);
      await outBinds.c.close();
      assert.deepStrictEqual(rows.map(r => r[0]), Array.from({ length: 300 }, (_, i) => i + 1));
      assert.strictEqual(await outBinds.l.getData(), 'x'.repeat(40000));
    }
  },

  async 'fetches the output of blocks'(c) {
    await c.execute("BEGIN DBMS_OUTPUT.ENABLE(NULL); DBMS_OUTPUT.PUT_LINE('one'); DBMS_OUTPUT.PUT_LINE('two'); END;");
    const lines = [];
    for (;;) {
      const { outBinds } = await c.execute('BEGIN DBMS_OUTPUT.GET_LINE(:ln, :st); END;', { ln: { dir: oracledb.BIND_OUT, type: oracledb.STRING, maxSize: 32767 }, st: { dir: oracledb.BIND_OUT, type: oracledb.NUMBER } });
      if (outBinds.st !== 0) break;
      lines.push(outBinds.ln);
    }
    assert.deepStrictEqual(lines, ['one', 'two']);
  },

  async 'tells code, text and place of an error and goes on'(c) {
    await assert.rejects(c.execute('SELECT * FROM NOSUCH'), e => e.errorNum === 942 && e.offset === 14 && /^ORA-00942: /.test(e.message));
    await assert.rejects(c.execute('SELECT NOSUCH FROM DUAL'), e => e.errorNum === 904 && e.offset === 7);
    assert.deepStrictEqual((await c.execute("SELECT 'on' AS V FROM DUAL")).rows, [['on']]);
  },

  async 'cancels a statement that takes too long'(c) {
    c.callTimeout = 500;
    await assert.rejects(c.execute('SELECT COUNT(*) FROM NODE_ARRAY A CROSS JOIN NODE_ARRAY B CROSS JOIN NODE_ARRAY D WHERE A.ID + B.ID = D.ID'), { code: 'NJS-123' });
    c.callTimeout = 0;
    assert.deepStrictEqual((await c.execute('SELECT 1 AS V FROM DUAL')).rows, [[1]]);
  },

  async 'describes a statement without running it'(c) {
    const info = await c.getStatementInfo('SELECT ID, V FROM NODE_ARRAY WHERE ID = :1');
    assert.deepStrictEqual(info.metaData.map(m => [m.name, m.dbTypeName]), [['ID', 'NUMBER'], ['V', 'VARCHAR2']]);
  },

  async 'serves a pool'() {
    const pool = await oracledb.createPool({ ...config, poolMin: 2, poolMax: 4 });
    const counts = await Promise.all(Array.from({ length: 12 }, async () => {
      const c = await pool.getConnection();
      c.module = 'suite';
      c.clientId = 'node';
      const { rows } = await c.execute('SELECT COUNT(*) FROM NODE_TX');
      await c.close();
      return rows[0][0];
    }));
    assert.deepStrictEqual(new Set(counts), new Set([2]));
    await pool.close(0);
  },

  async 'loads rows by direct path'(c) {
    if (!c.directPathLoad) return;
    await c.execute('CREATE TABLE NODE_LOAD (ID NUMBER(9), V VARCHAR2(20))');
    await c.directPathLoad(user, 'NODE_LOAD', ['ID', 'V'], Array.from({ length: 500 }, (_, i) => [i, `v${i}`]));
    assert.deepStrictEqual((await c.execute('SELECT COUNT(*), SUM(ID) FROM NODE_LOAD')).rows, [[500, 124750]]);
  },
};

(async () => {
  const connection = await oracledb.getConnection(config);
  let failed = 0;
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run(connection);
      console.log(`ok ${name}`);
    } catch (e) {
      failed++;
      console.log(`not ok ${name}: ${(e.message ?? e).replace(/\s+/g, ' ')}`);
    }
  }
  await connection.close();
  process.exit(failed === 0 ? 0 : 1);
})().catch(e => {
  console.log(`not ok connects: ${e.message}`);
  process.exit(1);
});
