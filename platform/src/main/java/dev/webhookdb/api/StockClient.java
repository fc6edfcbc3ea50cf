package dev.webhookdb.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

/** What sets the command line client of the service this one stands in for apart from other clients. */
final class StockClient {
    private static final String PRODUCT = "webhookdb-cli/";
    private static final String ANSWERS = "/transition/";

    private StockClient() {}

    /**
     * Whether that client would end a conversation without a word. After a question it shows what a step says, and asks again for a value
     * that cannot be right; of any other error it says nothing, and ends as if all were well.
     */
    static boolean isSilentAbout(ServerRequest request, ApiException failure) {
        return request.path().absolute().path().contains(ANSWERS)
                && !failure.code().equals(ApiException.INVALID)
                && request.headers()
                        .first(HeaderNames.USER_AGENT)
                        .filter(agent -> agent.contains(PRODUCT))
                        .isPresent();
    }
}
