package dev.webhookdb.account;

import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What organizations are told of their people and of themselves, in the transaction in which it happens. */
final class Told {
    private Told() {}

    /** Somebody who has no account yet is known by the address alone. */
    static void invited(Session session, Organization organization, String email) {
        AccountEvents.note(
                session, organization.id(), AccountEventType.USER_CREATED, AccountEvents.fields("email", email));
    }

    static void created(Session session, Organization organization, Customer customer) {
        AccountEvents.note(session, organization.id(), AccountEventType.USER_CREATED, new Json.Obj(person(customer)));
    }

    static void renamed(Session session, Organization organization, Customer customer) {
        AccountEvents.note(session, organization.id(), AccountEventType.USER_UPDATED, new Json.Obj(person(customer)));
    }

    /** By the number alone: somebody who ends the account is not to be kept by what tells of it. */
    static void left(Session session, Organization organization, Customer customer, Role role) {
        AccountEvents.note(
                session,
                organization.id(),
                AccountEventType.MEMBER_REMOVED,
                AccountEvents.fields("id", id(customer), "role", role.text()));
        AccountEvents.note(
                session, organization.id(), AccountEventType.USER_DELETED, AccountEvents.fields("id", id(customer)));
    }

    /** Returns what a person is called in events. */
    static String id(Customer customer) {
        return "usr_" + customer.id();
    }

    static void member(
            Session session, AccountEventType type, Organization organization, Customer customer, Role role) {
        member(session, type, organization, customer, role, Optional.empty());
    }

    static void member(
            Session session,
            AccountEventType type,
            Organization organization,
            Customer customer,
            Role role,
            Optional<Role> previous) {
        Map<String, Json> fields = person(customer);
        fields.put("role", new Json.Str(role.text()));
        previous.ifPresent(before -> fields.put("previous_role", new Json.Str(before.text())));
        AccountEvents.note(session, organization.id(), type, new Json.Obj(fields));
    }

    static void project(Session session, AccountEventType type, Organization organization) {
        AccountEvents.note(
                session,
                organization.id(),
                type,
                AccountEvents.fields(
                        "id", "org_" + organization.id(), "key", organization.key(), "name", organization.name()));
    }

    private static Map<String, Json> person(Customer customer) {
        return new LinkedHashMap<>(
                AccountEvents.fields("id", id(customer), "name", customer.name(), "email", customer.email())
                        .fields());
    }
}
