package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each command asks the server for. */
class RequestsTest {
    /** A statement has another one each time. */
    private static final String RANDOM_KEY = "(\"key\":\"|key=)[0-9a-f-]{36}";

    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            auth token create ci -o a --role viewer         | POST /v1/organizations/a/tokens/create {"name":"ci","role":"viewer"}
            auth token create --name ci -o a --expires-in-days 9 | POST /v1/organizations/a/tokens/create {"name":"ci","role":"member","expires_in_days":9}
            auth token list -o a                            | GET /v1/organizations/a/tokens
            auth token revoke t_1 -o a                      | POST /v1/organizations/a/tokens/t_1/revoke {}
            auth rename Ann                                 | POST /v1/me/rename {"name":"Ann"}
            auth delete-account --confirm ann@example.com   | POST /v1/me/delete {"confirm":"ann@example.com"}
            org create Acme                                 | POST /v1/organizations/create {"name":"Acme"}
            org list                                        | GET /v1/me/organization_memberships
            orgs members --org a                            | GET /v1/organizations/a/members
            org invite --username=z@z.co -o a               | POST /v1/organizations/a/invite {"email":"z@z.co"}
            org invite z@z.co -r viewer -o a                | POST /v1/organizations/a/invite {"email":"z@z.co","role_name":"viewer"}
            org join join-12345678                          | POST /v1/organizations/join {"invitation_code":"join-12345678"}
            org remove z@z.co -o a                          | POST /v1/organizations/a/remove_member {"email":"z@z.co"}
            org changerole --usernames=z@z.co --role=admin -o a | POST /v1/organizations/a/change_roles {"emails":"z@z.co","role_name":"admin"}
            org change-role --usernames=z@z.co --role=admin -o a -c | POST /v1/organizations/a/change_roles {"emails":"z@z.co","role_name":"admin","guard_confirm":"y"}
            org rename New -o a                             | POST /v1/organizations/a/rename {"name":"New"}
            org update --field=name --value=New -o a        | POST /v1/organizations/a/update {"field":"name","value":"New"}
            org close -o a                                  | POST /v1/organizations/a/close {}
            org reopen -o a                                 | POST /v1/organizations/a/reopen {}
            org reopen a                                    | POST /v1/organizations/a/reopen {}
            org audit --limit 5 --before 9 -o a             | GET /v1/organizations/a/audit?limit=5&before=9
            services list -o a                              | GET /v1/organizations/a/services
            fixtures stripe_charge_v1                       | GET /v1/services/stripe_charge_v1/fixtures
            fixture -s s --sample --table t --format json-schema | GET /v1/services/s/fixtures?format=json-schema&sample=true&table=t
            integrations create s -o a --confirm            | POST /v1/organizations/a/service_integrations/create {"service_name":"s","guard_confirm":"y"}
            integrations create stripe -o a --services s,t  | POST /v1/organizations/a/service_integrations/create {"service_name":"stripe","services":"s,t"}
            integration list -o a                           | GET /v1/organizations/a/service_integrations
            integrations setup svi_1 -o a                   | POST /v1/organizations/a/service_integrations/svi_1/setup {}
            integrations setup -i svi_1 -o a                | POST /v1/organizations/a/service_integrations/svi_1/setup {}
            integrations reset svi_1 -o a                   | POST /v1/organizations/a/service_integrations/svi_1/reset {}
            integrations info svi_1 -o a                    | POST /v1/organizations/a/service_integrations/svi_1/info {"field":""}
            integrations info svi_1 -f webhook_secret --reveal -o a | POST /v1/organizations/a/service_integrations/svi_1/info {"field":"webhook_secret","reveal":"true"}
            integrations stats svi_1 -o a                   | GET /v1/organizations/a/service_integrations/svi_1/stats
            integrations compare svi_1 -o a                 | POST /v1/organizations/a/service_integrations/svi_1/comparison/job {}
            integrations compare list svi_1 -o a            | GET /v1/organizations/a/service_integrations/svi_1/comparison/jobs
            integrations compare cancel svi_1 -o a          | POST /v1/organizations/a/service_integrations/svi_1/comparison/cancel {}
            integrations roll-key svi_1 -o a                | POST /v1/organizations/a/service_integrations/svi_1/roll_api_key {}
            integrations delete svi_1 -c t -o a             | POST /v1/organizations/a/service_integrations/svi_1/delete {"confirm":"t"}
            backfill svi_1 -o a                             | POST /v1/organizations/a/service_integrations/svi_1/backfill {}
            backfill reset svi_1 -o a                       | POST /v1/organizations/a/service_integrations/svi_1/backfill/reset {}
            backfill status svi_1 -o a                      | GET /v1/organizations/a/service_integrations/svi_1/backfill/jobs
            backfill cancel svi_1 -o a                      | POST /v1/organizations/a/service_integrations/svi_1/backfill/cancel {}
            backfill refused svi_1 -o a                     | GET /v1/organizations/a/service_integrations/svi_1/backfill/refused
            backfill schedule svi_1 6h -o a                 | POST /v1/organizations/a/service_integrations/svi_1/backfill/schedule {"every":"PT6H"}
            backfill schedule svi_1 never -o a              | POST /v1/organizations/a/service_integrations/svi_1/backfill/schedule {"every":"never"}
            logs 4711 -o a                                  | GET /v1/organizations/a/webhooks/4711
            logs -o a --state failed -i s --since 90m --until 2026-06-30 --limit 9 | GET /v1/organizations/a/webhooks?integration=s&state=failed&after=2026-06-30T10%3A30%3A00Z&before=2026-06-30T00%3A00%3A00Z&limit=9
            replay -o a                                     | POST /v1/organizations/a/replay {}
            replay -o a -r 2 --state failed -i s            | POST /v1/organizations/a/replay {"service_integration_identifier":"s","hours":2,"state":"failed"}
            replay -o a --since 7d --before PT2H            | POST /v1/organizations/a/replay {"before":"2026-06-30T10:00:00Z","after":"2026-06-23T12:00:00Z"}
            replays -o a -a 2026-06-01T08:00:00+02:00       | POST /v1/organizations/a/replay {"after":"2026-06-01T06:00:00Z"}
            db connection -o a                              | GET /v1/db/a/connection
            db tables -o a                                  | GET /v1/db/a/tables
            db sql -o a SELECT                              | POST /v1/db/a/sql {"query":"SELECT","key":"KEY"}
            db sql -o a --query=SELECT                      | POST /v1/db/a/sql {"query":"SELECT","key":"KEY"}
            db rename-table svi_1 --new-name=t -o a         | POST /v1/organizations/a/service_integrations/svi_1/rename_table {"new_name":"t"}
            db fdw -o a --views --remote r --fetch 9 --into-schema i --views-schema v | POST /v1/db/a/fdw {"message_fdw":false,"message_views":true,"message_all":false,"remote_server_name":"r","fetch_size":"9","local_schema":"i","view_schema":"v"}
            db migrations start -o a -a postgres://a -r postgres://r | POST /v1/db/a/migrate_database {"admin_url":"postgres://a","readonly_url":"postgres://r"}
            db migrations list -o a                         | GET /v1/db/a/migrations
            db migrations cancel -o a                       | POST /v1/db/a/migrations/cancel {}
            saved-query create -o a -d D --sql S            | POST /v1/organizations/a/saved_queries/create {"description":"D","sql":"S","public":false}
            custom-query create -o a -d D --sql S --public  | POST /v1/organizations/a/saved_queries/create {"description":"D","sql":"S","public":true}
            saved-query list -o a                           | GET /v1/organizations/a/saved_queries
            saved-query edit q_1 -o a --field sql --value S | POST /v1/organizations/a/saved_queries/q_1/update {"field":"sql","value":"S"}
            saved-query info q_1 -o a -f sql                | POST /v1/organizations/a/saved_queries/q_1/info {"field":"sql"}
            saved-query run -q q_1 -o a                     | GET /v1/organizations/a/saved_queries/q_1/run?key=KEY
            saved-query delete q_1 -o a                     | POST /v1/organizations/a/saved_queries/q_1/delete {}
            saved-view create -o a -n v --sql S             | POST /v1/organizations/a/saved_views/create_or_replace {"name":"v","sql":"S"}
            view list -o a                                  | GET /v1/organizations/a/saved_views
            saved-view delete v -o a                        | POST /v1/organizations/a/saved_views/delete {"name":"v"}
            error-handler create -o a -u https://h          | POST /v1/organizations/a/error_handlers/create {"url":"https://h"}
            error-handler list -o a                         | GET /v1/organizations/a/error_handlers
            error-handler delete e_1 -o a                   | POST /v1/organizations/a/error_handlers/e_1/delete {}
            notification create svi_1 -o a                  | POST /v1/organizations/a/webhook_subscriptions/create {"service_integration_identifier":"svi_1"}
            webhook create --integration=svi_1 -o a --url u --secret s | POST /v1/organizations/a/webhook_subscriptions/create {"service_integration_identifier":"svi_1","url":"u","webhook_secret":"s"}
            notification create -o a --all --random-secret  | POST /v1/organizations/a/webhook_subscriptions/create {"webhook_secret":"\\n","organization_wide":true}
            notification create -o a -e updated --columns a,b --where x=1 --origin webhook --payload thin --ordered --send-secret --patient --rate 5 --concurrency 2 | POST /v1/organizations/a/webhook_subscriptions/create {"events":"updated","columns":"a,b","where":"x=1","origins":"webhook","payload":"thin","ordered":true,"send_secret":true,"patient":true,"rate":"5","concurrency":"2"}
            notifications list -o a                         | GET /v1/organizations/a/webhook_subscriptions
            notification show wh_1 -o a                     | GET /v1/organizations/a/webhook_subscriptions/wh_1
            webhooks test wh_1 -o a                         | POST /v1/organizations/a/webhook_subscriptions/wh_1/test {}
            notification test --notification=wh_1 -o a      | POST /v1/organizations/a/webhook_subscriptions/wh_1/test {}
            notification update wh_1 -o a --no-ordered --columns= --url u | POST /v1/organizations/a/webhook_subscriptions/wh_1/update {"url":"u","columns":"","ordered":false}
            notification pause wh_1 -o a                    | POST /v1/organizations/a/webhook_subscriptions/wh_1/pause {}
            notification resume wh_1 -o a                   | POST /v1/organizations/a/webhook_subscriptions/wh_1/resume {}
            notification rotate-secret wh_1 -o a --grace 2h | POST /v1/organizations/a/webhook_subscriptions/wh_1/rotate_secret {"grace_seconds":7200}
            notification delete wh_1 -o a                   | POST /v1/organizations/a/webhook_subscriptions/wh_1/delete {}
            notification deliveries wh_1 -o a --status failed --type t --before del_9 --limit 5 | GET /v1/organizations/a/webhook_subscriptions/wh_1/deliveries?status=failed&type=t&before=del_9&limit=5
            notification deliveries wh_1 del_7 -o a         | GET /v1/organizations/a/webhook_subscriptions/wh_1/deliveries/del_7
            notification retry wh_1 del_7 -o a              | POST /v1/organizations/a/webhook_subscriptions/wh_1/deliveries/del_7/retry {}
            notification retry wh_1 -o a                    | POST /v1/organizations/a/webhook_subscriptions/wh_1/retry {}
            notification replay wh_1 -o a --since 2h -c     | POST /v1/organizations/a/webhook_subscriptions/wh_1/replay {"since":"2026-06-30T10:00:00Z","guard_confirm":"y"}
            notification listen -o a --events user.*        | GET /v1/events?organization=a&types=user.*&wait=0
            notification listen -o a --after 7              | GET /v1/events?organization=a&after=7&wait=25
            notification events                             | GET /v1/event-types?schemas=false
            notification events user.created                | GET /v1/event-types/user.created
            httpsync create svi_1 -o a                      | POST /v1/organizations/a/sync_targets/http/create {"service_integration_identifier":"svi_1"}
            httpsync create -i svi_1 -u https://u:p@h --period 60 --pagesize 10 --timeout 90 -o a | POST /v1/organizations/a/sync_targets/http/create {"service_integration_identifier":"svi_1","connection_url":"https://u:p@h","period_seconds":60,"page_size":10,"timeout_seconds":90}
            httpsync create svi_1 --connection-url=u --on-change --initial none -o a | POST /v1/organizations/a/sync_targets/http/create {"service_integration_identifier":"svi_1","connection_url":"u","initial":"none","on_change":true}
            httpsync list -o a                              | GET /v1/organizations/a/sync_targets/http
            httpsync info syt_1 -o a                        | GET /v1/organizations/a/sync_targets/http/syt_1
            httpsync update syt_1 --period=120 -o a         | POST /v1/organizations/a/sync_targets/http/syt_1/update {"period_seconds":120}
            httpsync update -t syt_1 --on-change -o a       | POST /v1/organizations/a/sync_targets/http/syt_1/update {"on_change":true}
            httpsync update-creds --target=syt_1 -u user -p pass -o a | POST /v1/organizations/a/sync_targets/http/syt_1/update_credentials {"user":"user","password":"pass"}
            httpsync trigger syt_1 -o a                     | POST /v1/organizations/a/sync_targets/http/syt_1/sync {}
            httpsync pause syt_1 -o a                       | POST /v1/organizations/a/sync_targets/http/syt_1/pause {}
            httpsync resume syt_1 -o a                      | POST /v1/organizations/a/sync_targets/http/syt_1/resume {}
            httpsync delete syt_1 -c t -o a                 | POST /v1/organizations/a/sync_targets/http/syt_1/delete {"confirm":"t"}
            httpsync stats syt_1 -o a                       | GET /v1/organizations/a/sync_targets/http/syt_1/stats
            dbsync create --connection-url=ftp://x --period=60 svi_1 --schema s --table t -o a | POST /v1/organizations/a/sync_targets/db/create {"service_integration_identifier":"svi_1","connection_url":"ftp://x","period_seconds":60,"schema":"s","table":"t"}
            dbsync list -o a                                | GET /v1/organizations/a/sync_targets/db
            dbsync info syt_1 -o a                          | GET /v1/organizations/a/sync_targets/db/syt_1
            dbsync update syt_1 --pagesize 9 -o a           | POST /v1/organizations/a/sync_targets/db/syt_1/update {"page_size":9}
            dbsync update-creds syt_1 -u user -o a          | POST /v1/organizations/a/sync_targets/db/syt_1/update_credentials {"user":"user"}
            dbsync trigger syt_1 -o a                       | POST /v1/organizations/a/sync_targets/db/syt_1/sync {}
            dbsync pause syt_1 -o a                         | POST /v1/organizations/a/sync_targets/db/syt_1/pause {}
            dbsync resume syt_1 -o a                        | POST /v1/organizations/a/sync_targets/db/syt_1/resume {}
            dbsync delete syt_1 -o a                        | POST /v1/organizations/a/sync_targets/db/syt_1/delete {}
            dbsync stats syt_1 -o a                         | GET /v1/organizations/a/sync_targets/db/syt_1/stats
            sub info -o a                                   | GET /v1/organizations/a/subscriptions
            subscription edit -o a -p monthly               | POST /v1/organizations/a/subscriptions/open_portal {"plan":"monthly"}
            subscription plans -o a                         | GET /v1/organizations/a/subscriptions/plans
            connectors list                                 | GET /v1/operator/connectors
            destinations list                               | GET /v1/operator/destinations
            """)
    void aCommandSendsThisFirst(String command, String request) throws IOException {
        try (Client client = new Client(home)) {
            client.runLine(command);

            assertThat(client.server().requests()).as(client.err()).isNotEmpty();
            String first = client.server().requests().getFirst();
            assertThat(first.replaceAll(RANDOM_KEY, "$1KEY")).isEqualTo(request);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "P1Y", "2026-13-01", "7", "-1d"})
    void whatIsNoPointInTimeIsRefusedBeforeAnythingIsSent(String since) throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.run("replay", "--org", "a", "--since=" + since)).isEqualTo(2);
            assertThat(client.err()).startsWith("'" + since + "' is not a point in time. Write an age like 90m");
            assertThat(client.server().requests()).isEmpty();
        }
    }
}
