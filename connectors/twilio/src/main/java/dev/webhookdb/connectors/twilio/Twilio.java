package dev.webhookdb.connectors.twilio;

import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Setting.Kind;
import dev.webhookdb.spi.Setting.Purpose;
import dev.webhookdb.spi.Settings;

/** What the operator supplies, and how the connector proves who it is. */
final class Twilio {
    static final Setting ACCOUNT_SID = Setting.of(
                    "backfill_key",
                    Kind.TEXT,
                    Purpose.BACKFILL,
                    "In the Twilio Console, look for Account Info on the first page and copy the Account SID. It starts with AC.")
            .matching(
                    "AC[0-9a-fA-F]{32}",
                    "It must be an Account SID: AC and 32 digits or letters from a to f. It stands in the Twilio Console under Account Info; the SID of an API key (SK) is none.");
    static final Setting AUTH_TOKEN = Setting.apiKey(
                    "backfill_secret",
                    "In the Twilio Console, look for Account Info on the first page and reveal the Auth Token. It also verifies Twilio's webhooks, should you direct them here.")
            .matching(
                    "(?!(AC|SK)[0-9a-fA-F]{32}$)[!-~]{16,}",
                    "It must be the Auth Token, mostly 32 letters and digits, which the Twilio Console reveals under Account Info. It is not a SID, which starts with AC or SK.");
    static final Setting API_URL = Setting.apiUrl("https://api.twilio.com");

    private Twilio() {}

    /** A request about something of the account. */
    static Http.Call get(Http http, Settings settings, String path) {
        String account = settings.text(ACCOUNT_SID);
        return http.get(settings.text(API_URL) + "/2010-04-01/Accounts/" + account + path)
                .basic(account, settings.secret(AUTH_TOKEN));
    }
}
