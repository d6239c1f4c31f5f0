"""python-oracledb (thin mode) against a running server: suite.py <port> <user> <password>. One line a case: "ok name" or "not ok name: why"."""

import datetime
import sys
import threading
from decimal import Decimal

import oracledb

port, user, password = sys.argv[1:4]
dsn = f"localhost:{port}/FREEPDB1"


def connect(**more):
    return oracledb.connect(**{"user": user, "password": password, "dsn": dsn, **more})


def rejects(code, action):
    try:
        action()
    except oracledb.Error as e:
        assert e.args[0].code == code, e
        return e.args[0]
    raise AssertionError(f"ORA-{code:05} was expected")


def connects(c):
    assert c.version.startswith("23."), c.version
    c.ping()


def refuses_a_wrong_password(c):
    rejects(1017, lambda: connect(password="wrong"))


def takes_values_there_and_back(c):
    cursor = c.cursor()
    cursor.execute("""CREATE TABLE PY_TYPES (ID NUMBER(9) NOT NULL, N NUMBER, V VARCHAR2(40), C CHAR(5), NV NVARCHAR2(20), D DATE, TS TIMESTAMP(6),
        R RAW(30), BD BINARY_DOUBLE, BF BINARY_FLOAT, DS INTERVAL DAY TO SECOND)""")
    row = (1, Decimal("-123456.789"), "żółć 😀", "ab", "zażółć", datetime.datetime(2024, 2, 29, 1, 2, 3), datetime.datetime(2024, 2, 29, 23, 59, 58, 123456),
           bytes([0, 1, 254, 255]), -1.5e-300, 0.5, datetime.timedelta(days=5, hours=4, minutes=3, seconds=2, microseconds=123456))
    cursor.setinputsizes(None, None, None, None, oracledb.DB_TYPE_NVARCHAR, oracledb.DB_TYPE_DATE, oracledb.DB_TYPE_TIMESTAMP, None, oracledb.DB_TYPE_BINARY_DOUBLE, oracledb.DB_TYPE_BINARY_FLOAT)
    cursor.execute("INSERT INTO PY_TYPES VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11)", row)
    assert cursor.rowcount == 1
    cursor.execute("INSERT INTO PY_TYPES (ID) VALUES (2)")
    cursor.execute("SELECT * FROM PY_TYPES ORDER BY ID")
    names = [d[1].name for d in cursor.description]
    assert names == ["DB_TYPE_NUMBER", "DB_TYPE_NUMBER", "DB_TYPE_VARCHAR", "DB_TYPE_CHAR", "DB_TYPE_NVARCHAR", "DB_TYPE_DATE", "DB_TYPE_TIMESTAMP", "DB_TYPE_RAW",
                     "DB_TYPE_BINARY_DOUBLE", "DB_TYPE_BINARY_FLOAT", "DB_TYPE_INTERVAL_DS"], names
    first, second = cursor.fetchall()
    assert first == (1, -123456.789, row[2], "ab   ", *row[4:]), first
    assert second == (2, *[None] * 10), second
    c.rollback()


def counts_rows_and_errors_of_arrays(c):
    cursor = c.cursor()
    cursor.execute("CREATE TABLE PY_ARRAY (ID NUMBER(9) PRIMARY KEY, V VARCHAR2(20))")
    cursor.executemany("INSERT INTO PY_ARRAY VALUES (:1, :2)", [(i, f"v{i}" if i % 3 else None) for i in range(20000)])
    assert cursor.rowcount == 20000
    cursor.executemany("INSERT INTO PY_ARRAY VALUES (:1, :2)", [(20000, "a"), (7, "b"), (20001, "x" * 21), (20002, "c")], batcherrors=True, arraydmlrowcounts=True)
    assert [(e.offset, e.code) for e in cursor.getbatcherrors()] == [(1, 1), (2, 12899)]
    assert cursor.getarraydmlrowcounts() == [1, 0, 0, 1]
    rejects(1, lambda: cursor.executemany("INSERT INTO PY_ARRAY VALUES (:1, :2)", [(30000, "a"), (30000, "b")]))
    cursor.execute("SELECT COUNT(*) FROM PY_ARRAY WHERE ID >= 30000")
    assert cursor.fetchone() == (1,)
    c.commit()


def fetches_in_pieces(c):
    cursor = c.cursor()
    cursor.arraysize, cursor.prefetchrows = 777, 5
    cursor.execute("SELECT ID, V FROM PY_ARRAY WHERE ID < 20000 ORDER BY ID")
    for i, row in enumerate(cursor):
        assert row == (i, f"v{i}" if i % 3 else None), row
    assert i == 19999


def runs_a_statement_again(c):
    cursor = c.cursor()
    for i in range(5):
        cursor.execute("SELECT ID FROM PY_ARRAY WHERE ID = :id", id=i)
        assert cursor.fetchall() == [(i,)]


def writes_and_reads_lobs(c):
    cursor = c.cursor()
    cursor.execute("CREATE TABLE PY_LOBS (ID NUMBER(9), C CLOB, B BLOB)")
    text, data = "ab é 😀" * 20000, bytes([90]) * 200000
    lob = c.createlob(oracledb.DB_TYPE_CLOB)
    lob.write(text)
    cursor.execute("INSERT INTO PY_LOBS VALUES (1, :1, :2)", [lob, data])
    cursor.execute("INSERT INTO PY_LOBS VALUES (2, :1, :2)", ["long " * 10000, b"short"])
    cursor.execute("SELECT C, B FROM PY_LOBS ORDER BY ID")
    rows = [(clob.read(), blob.read()) for clob, blob in cursor]
    assert rows == [(text, data), ("long " * 10000, b"short")]
    oracledb.defaults.fetch_lobs = False
    cursor = c.cursor()
    # Another text: of a statement that it knows already the driver fetches locators.
    cursor.execute("SELECT L.C, L.B FROM PY_LOBS L ORDER BY ID")
    assert cursor.fetchall() == rows
    oracledb.defaults.fetch_lobs = True
    c.rollback()


def gets_values_back_by_returning(c):
    cursor = c.cursor()
    cursor.execute("CREATE TABLE PY_RETURN (ID NUMBER(9), V VARCHAR2(20))")
    twice, v = cursor.var(int), cursor.var(str)
    for i in (21, 22):
        cursor.execute("INSERT INTO PY_RETURN VALUES (:id, 'v' || :id2) RETURNING ID * 2, V INTO :twice, :v", id=i, id2=i, twice=twice, v=v)
        assert (twice.getvalue(), v.getvalue()) == ([2 * i], [f"v{i}"])
    c.rollback()


def runs_blocks_with_values_in_and_out(c):
    cursor = c.cursor()
    for upto in (3, 4):
        total, word = cursor.var(int), cursor.var(str, 20)
        word.setvalue(0, "hé")
        cursor.execute("DECLARE n NUMBER := 0; BEGIN FOR i IN 1..:upto LOOP n := n + i; END LOOP; :total := n; :word := :word || '!'; END;", upto=upto, total=total, word=word)
        assert (total.getvalue(), word.getvalue()) == (6 if upto == 3 else 10, "hé!")
    rows = cursor.var(oracledb.DB_TYPE_CURSOR)
    cursor.execute("BEGIN OPEN :1 FOR SELECT LEVEL N FROM DUAL CONNECT BY LEVEL <= 300; END;", [rows])
    assert [r[0] for r in rows.getvalue()] == list(range(1, 301))
    cursor.callproc("DBMS_OUTPUT.ENABLE")
    cursor.callproc("DBMS_OUTPUT.PUT_LINE", ["one"])
    line, status = cursor.var(str), cursor.var(int)
    cursor.callproc("DBMS_OUTPUT.GET_LINE", [line, status])
    assert (line.getvalue(), status.getvalue()) == ("one", 0)
    error = rejects(20042, lambda: cursor.execute("BEGIN RAISE_APPLICATION_ERROR(-20042, 'mine'); END;"))
    assert error.message.startswith("ORA-20042: mine"), error.message


def commits_and_rolls_back(c):
    cursor = c.cursor()
    cursor.execute("CREATE TABLE PY_TX (ID NUMBER(9))")
    cursor.execute("INSERT INTO PY_TX VALUES (1)")
    c.rollback()
    c.autocommit = True
    cursor.execute("INSERT INTO PY_TX VALUES (2)")
    c.autocommit = False
    cursor.execute("INSERT INTO PY_TX VALUES (3)")
    c.commit()
    with connect() as other:
        assert [r[0] for r in other.cursor().execute("SELECT ID FROM PY_TX ORDER BY ID")] == [2, 3]


def tells_code_and_place_of_an_error(c):
    cursor = c.cursor()
    error = rejects(942, lambda: cursor.execute("SELECT * FROM NOSUCH"))
    assert error.offset == 14 and error.message.startswith("ORA-00942: "), (error.offset, error.message)
    assert cursor.execute("SELECT 'on' AS V FROM DUAL").fetchall() == [("on",)]


def cancels(c):
    timer = threading.Timer(0.5, c.cancel)
    timer.start()
    rejects(1013, lambda: c.cursor().execute("SELECT COUNT(*) FROM PY_ARRAY A CROSS JOIN PY_ARRAY B CROSS JOIN PY_ARRAY D WHERE A.ID + B.ID = D.ID").fetchall())
    timer.join()
    assert c.cursor().execute("SELECT 1 FROM DUAL").fetchone() == (1,)


def pools(c):
    pool = oracledb.create_pool(user=user, password=password, dsn=dsn, min=1, max=3)
    for _ in range(5):
        with pool.acquire() as pooled:
            assert pooled.cursor().execute("SELECT 1 FROM DUAL").fetchone() == (1,)
    pool.close()


def main():
    failed = 0
    for case in [connects, refuses_a_wrong_password, takes_values_there_and_back, counts_rows_and_errors_of_arrays, fetches_in_pieces, runs_a_statement_again, writes_and_reads_lobs,
                 gets_values_back_by_returning, runs_blocks_with_values_in_and_out, commits_and_rolls_back, tells_code_and_place_of_an_error, cancels, pools]:
        name = case.__name__.replace("_", " ")
        try:
            with connect() as connection:
                case(connection)
            print(f"ok {name}")
        except Exception as e:  # whatever is wrong is the case's result
            failed += 1
            print(f"not ok {name}: {type(e).__name__} {e}".replace("\n", " "))
    sys.exit(1 if failed else 0)


main()
