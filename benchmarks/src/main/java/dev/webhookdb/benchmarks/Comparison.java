package dev.webhookdb.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;

/** What pgbench does in the host's place: the same rows into the same columns with the same indexes, one transaction each. */
final class Comparison {
    private Comparison() {}

    static void createTables(Connection connection) throws SQLException {
        connection.createStatement().execute("""
                    drop table if exists bench_log, bench_charge;
                    drop sequence if exists bench_id;
                    create sequence bench_id cache 100;
                    create table bench_log (
                      id bigint primary key, received_at timestamptz not null, method text, url text, headers text, body bytea);
                    create table bench_charge (
                      pk bigserial primary key, stripe_id text unique not null, amount numeric, balance_transaction text, billing_email text,
                      created integer, customer_id text, invoice_id text, payment_type text, receipt_email text, status text,
                      updated integer, data jsonb not null);
                    create index on bench_charge (amount); create index on bench_charge (balance_transaction);
                    create index on bench_charge (billing_email); create index on bench_charge (created);
                    create index on bench_charge (customer_id); create index on bench_charge (invoice_id);
                    create index on bench_charge (payment_type); create index on bench_charge (receipt_email);
                    create index on bench_charge (status); create index on bench_charge (updated);
                    """);
    }

    /** One webhook logged in a transaction of its own; its body is a parameter, as it is for the host. */
    static String insertScript() {
        return """
                \\set number random(1, 1000000000000)
                insert into bench_log values (nextval('bench_id'), now(), 'POST', '/v1/service_integrations/svi_benchmark',
                  '{"content-type":["application/json"],"stripe-signature":["t=1800000000,v1=0123456789abcdef"]}',
                  convert_to(replace(:body::text, '00000000000000000001', (:number)::text), 'UTF8'));
                """;
    }

    /** One charge upserted in a transaction of its own, its columns taken from the resource as the host does. */
    static String upsertScript() {
        return """
                \\set number random(1, 1000000000000)
                insert into bench_charge as t (stripe_id, amount, balance_transaction, billing_email, created, customer_id, invoice_id,
                  payment_type, receipt_email, status, updated, data)
                select data ->> 'id', (data ->> 'amount')::numeric, data ->> 'balance_transaction', data #>> '{billing_details,email}',
                  (data ->> 'created')::integer, data ->> 'customer', data ->> 'invoice', data #>> '{payment_method_details,type}',
                  data ->> 'receipt_email', data ->> 'status', 1800000000, data
                from (select replace(:resource::text, '00000000000000000001', (:number)::text)::jsonb as data) as event
                on conflict (stripe_id) do update set amount = excluded.amount, status = excluded.status, updated = excluded.updated,
                  data = excluded.data where t.updated < excluded.updated;
                """;
    }
}
