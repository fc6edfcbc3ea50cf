package dev.webhookdb.account;

import dev.webhookdb.sql.Session;
import java.util.List;

/** Who is to be told of something in an organization that somebody created. */
public final class Responsible {
    private Responsible() {}

    /**
     * Somebody who is to be told.
     *
     * @param organization its key
     */
    public record Person(String email, String organization) {}

    /**
     * Returns whoever created it, as long as they are a member; else the admins.
     *
     * @param creator an e-mail address, or what else created it
     */
    public static List<Person> of(Session session, long organizationId, String creator) {
        return session.sql("""
                        with member as (
                          select email, role, organization.key as organization, email = :creator as created from membership
                          join customer on customer.id = membership.customer_id
                          join organization on organization.id = membership.organization_id
                          where membership.organization_id = :organization
                        )
                        select email, organization from member
                        where created or (role = 'admin' and not exists (select from member where created))""")
                .bind("organization", organizationId)
                .bind("creator", creator)
                .list(row -> new Person(row.text("email"), row.text("organization")));
    }
}
