package dev.webhookdb.apply;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.spi.Webhook.Selection;
import java.util.List;
import java.util.Map;

/** Who carries out what providers order about somebody. Implemented by whoever can erase and tell; thread-safe. */
public interface PersonalData {
    /** Returns the integrations of an endpoint's connector in its organization: somebody may be in the tables of all of them. */
    List<Integration> concerned(Endpoint endpoint);

    /**
     * Erases rows, and notes that the provider wanted it. What it has begun is finished later, even if this fails or the host dies; it may
     * be repeated.
     *
     * @param provider the connector's id
     */
    void erase(String provider, Integration integration, Selection rows);

    /**
     * Tells the organization which rows hold something of somebody who wants to know it, once for each request however often it is
     * repeated.
     *
     * @param provider the connector's id
     * @param request the provider's id of it
     * @param rows by integration, those of which some may not exist; of one organization, and not empty
     */
    void disclose(String provider, String request, Map<Integration, List<Selection>> rows);

    /**
     * Erases all rows of the integrations that are for an account, and notes that the provider wanted it. If there is none, the
     * organization is told. It may be repeated.
     *
     * @param provider the connector's id
     * @param account as integrations' settings name it
     * @param asked integrations that may be for it; of one organization, and not empty
     */
    void clear(String provider, String account, List<Integration> asked);
}
