package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an account does besides charging its customers: it sells products, bills subscriptions, refunds, loses disputes and pays out.
 *
 * <p>Its choices come from a seed of its own, so that the history of an account that does not want it stays as it is.
 */
final class StripeBusiness {
    /** Takes note of what happens. */
    interface Teller {
        /** Notes a new state of an object, and the event that tells of it. */
        StripeObject tell(String plural, String type, Map<String, Object> members);

        /** Notes a state of which no event of its own tells. */
        StripeObject note(String plural, Map<String, Object> members, long second, boolean deleted);
    }

    /**
     * What there is to do business with.
     *
     * @param now in seconds since the epoch
     */
    record Account(long now, List<StripeObject> charges, List<String> customers) {}

    private final Chance chance;
    private final StripeCatalog catalog;
    private final StripeBilling billing;
    private final StripeMoney money;
    private final Teller teller;
    private final Map<String, List<StripeObject>> open = new LinkedHashMap<>();

    StripeBusiness(Chance chance, Teller teller) {
        this.chance = chance;
        this.teller = teller;
        this.catalog = new StripeCatalog(chance);
        this.billing = new StripeBilling(chance);
        this.money = new StripeMoney(chance);
    }

    /** Whether the next step is here, and not among charges and customers. */
    boolean itsTurn() {
        return chance.percent(50);
    }

    void step(Account account) {
        int dice = chance.below(100);
        if (dice < 10 || of("prices").isEmpty()) {
            newProduct(account);
        } else if (dice < 18) {
            changeCatalog(account);
        } else if (dice < 24
                || account.customers().isEmpty()
                || account.charges().isEmpty()) {
            coupon(account);
        } else if (dice < 36) {
            subscribe(account);
        } else if (dice < 50) {
            changeSubscription(account);
        } else if (dice < 58) {
            invoiceItem(account);
        } else if (dice < 68) {
            refund(account);
        } else if (dice < 76) {
            dispute(account);
        } else if (dice < 84) {
            payout(account);
        } else if (dice < 92) {
            paymentMethod(account);
        } else {
            checkout(account);
        }
    }

    private List<StripeObject> of(String plural) {
        return open.computeIfAbsent(plural, name -> new ArrayList<>());
    }

    private StripeObject begin(String plural, String type, Map<String, Object> members) {
        StripeObject begun = teller.tell(plural, type, members);
        of(plural).add(begun);
        return begun;
    }

    /** Goes on with an object, which stays open unless the change is its last. */
    private StripeObject proceed(
            String plural, String type, StripeObject before, Map<String, Object> change, boolean last) {
        of(plural).remove(before);
        StripeObject after = teller.tell(plural, type, with(before.members(), change));
        if (!last) {
            of(plural).add(after);
        }
        return after;
    }

    private void newProduct(Account account) {
        StripeObject product = begin("products", "product.created", catalog.product(account.now()));
        begin("prices", "price.created", catalog.price(account.now(), product.id(), chance.percent(75)));
    }

    private void changeCatalog(Account account) {
        StripeObject product = chance.oneOf(of("products"));
        switch (chance.below(5)) {
            case 0 -> proceed("products", "product.updated", product, catalog.productChange(), false);
            case 1 -> begin("prices", "price.created", catalog.price(account.now(), product.id(), true));
            case 2 -> proceed("prices", "price.updated", chance.oneOf(of("prices")), catalog.priceChange(), false);
            case 3 -> {
                StripeObject passing = begin("products", "product.created", catalog.product(account.now()));
                proceed("products", "product.deleted", passing, object(), true);
            }
            default -> {
                StripeObject passing =
                        begin("prices", "price.created", catalog.price(account.now(), product.id(), false));
                proceed("prices", "price.deleted", passing, object(), true);
            }
        }
    }

    private void coupon(Account account) {
        if (of("coupons").isEmpty() || chance.percent(40)) {
            begin("coupons", "coupon.created", catalog.coupon(account.now()));
            return;
        }
        StripeObject coupon = chance.oneOf(of("coupons"));
        boolean gone = chance.percent(30);
        proceed("coupons", gone ? "coupon.deleted" : "coupon.updated", coupon, catalog.couponChange(), gone);
    }

    private void subscribe(Account account) {
        String customer = chance.oneOf(account.customers());
        Map<String, Object> subscription = billing.subscription(
                account.now(), customer, chance.oneOf(of("prices")).members());
        StripeObject begun = begin("subscriptions", "customer.subscription.created", subscription);
        noteItems(begun);
        StripeObject invoice = begin("invoices", "invoice.created", billing.invoice(account.now(), begun));
        if (chance.percent(8)) {
            proceed("invoices", "invoice.deleted", invoice, object(), true);
            return;
        }
        StripeObject finalized =
                proceed("invoices", "invoice.finalized", invoice, billing.finalized(account.now()), false);
        StripeObject intent =
                begin("payment_intents", "payment_intent.created", money.intent(account.now(), customer, finalized));
        StripeObject payment = teller.note(
                "invoice_payments", StripeInvoicePayments.open(account.now(), finalized, intent), account.now(), false);
        boolean pays = chance.percent(85);
        proceed(
                "payment_intents",
                pays ? "payment_intent.succeeded" : "payment_intent.payment_failed",
                intent,
                money.attempted(intent, pays),
                true);
        proceed(
                "invoices",
                pays ? "invoice.paid" : "invoice.payment_failed",
                finalized,
                pays ? billing.paid(account.now(), finalized) : object("attempt_count", 1, "attempted", true),
                true);
        if (pays) {
            teller.tell(
                    "invoice_payments",
                    "invoice_payment.paid",
                    with(payment.members(), StripeInvoicePayments.paid(account.now(), payment)));
        }
    }

    private void changeSubscription(Account account) {
        if (of("subscriptions").isEmpty()) {
            subscribe(account);
            return;
        }
        StripeObject subscription = chance.oneOf(of("subscriptions"));
        if (chance.percent(25)) {
            proceed(
                    "subscriptions",
                    "customer.subscription.deleted",
                    subscription,
                    object("status", "canceled", "canceled_at", account.now(), "ended_at", account.now()),
                    true);
            return;
        }
        Map<String, Object> change = billing.otherItems(
                subscription, account.now(), chance.oneOf(of("prices")).members());
        StripeObject after = proceed("subscriptions", "customer.subscription.updated", subscription, change, false);
        noteItems(after);
        List<Object> left = StripeBilling.items(after.members()).stream()
                .map(item -> item.get("id"))
                .toList();
        for (Map<String, Object> item : StripeBilling.items(subscription.members())) {
            if (!left.contains(item.get("id"))) {
                teller.note("subscription_items", item, after.asOf(), true);
            }
        }
    }

    /** Items have no events of their own: those about their subscription carry them. */
    private void noteItems(StripeObject subscription) {
        for (Map<String, Object> item : StripeBilling.items(subscription.members())) {
            teller.note("subscription_items", item, subscription.asOf(), false);
        }
    }

    private void invoiceItem(Account account) {
        StripeObject item = begin(
                "invoiceitems",
                "invoiceitem.created",
                billing.invoiceItem(account.now(), chance.oneOf(account.customers()), chance.oneOf(of("prices"))));
        if (chance.percent(40)) {
            boolean gone = chance.percent(50);
            proceed(
                    "invoiceitems",
                    gone ? "invoiceitem.deleted" : "invoiceitem.updated",
                    item,
                    gone ? object() : object("description", "Extra hours"),
                    true);
        }
    }

    private void refund(Account account) {
        if (of("refunds").isEmpty() || chance.percent(60)) {
            StripeObject charge = chance.oneOf(account.charges());
            begin("refunds", "refund.created", money.refund(account.now(), charge));
            teller.note("balance_transactions", money.movement(account.now(), charge, "refund"), account.now(), false);
            return;
        }
        StripeObject refund = chance.oneOf(of("refunds"));
        boolean arrives = chance.percent(80);
        proceed(
                "refunds",
                arrives ? "refund.updated" : "refund.failed",
                refund,
                arrives
                        ? object("status", "succeeded")
                        : object("status", "failed", "failure_reason", "expired_or_canceled_card"),
                true);
    }

    private void dispute(Account account) {
        if (of("disputes").isEmpty() || chance.percent(50)) {
            begin("disputes", "charge.dispute.created", money.dispute(account.now(), chance.oneOf(account.charges())));
            return;
        }
        StripeObject dispute = chance.oneOf(of("disputes"));
        boolean last = dispute.text("status").orElseThrow().equals("under_review");
        proceed(
                "disputes",
                last ? "charge.dispute.closed" : "charge.dispute.updated",
                dispute,
                object("status", last ? chance.oneOf(List.of("won", "lost")) : "under_review"),
                last);
    }

    private void payout(Account account) {
        if (of("payouts").isEmpty() || chance.percent(50)) {
            StripeObject payout = begin("payouts", "payout.created", money.payout(account.now()));
            teller.note("balance_transactions", money.movement(account.now(), payout, "payout"), account.now(), false);
            return;
        }
        boolean arrives = chance.percent(90);
        proceed(
                "payouts",
                arrives ? "payout.paid" : "payout.failed",
                chance.oneOf(of("payouts")),
                arrives ? object("status", "paid") : object("status", "failed", "failure_code", "account_closed"),
                true);
    }

    private void paymentMethod(Account account) {
        if (of("payment_methods").isEmpty() || chance.percent(70)) {
            begin(
                    "payment_methods",
                    "payment_method.attached",
                    money.method(account.now(), chance.oneOf(account.customers())));
            return;
        }
        proceed(
                "payment_methods",
                "payment_method.detached",
                chance.oneOf(of("payment_methods")),
                object("customer", null),
                true);
    }

    /** Nothing tells that a session begins, only how it ends. */
    private void checkout(Account account) {
        if (of("checkout/sessions").isEmpty() || chance.percent(50)) {
            of("checkout/sessions")
                    .add(teller.note(
                            "checkout/sessions",
                            money.session(account.now(), chance.oneOf(account.customers())),
                            account.now(),
                            false));
            return;
        }
        boolean pays = chance.percent(70);
        proceed(
                "checkout/sessions",
                pays ? "checkout.session.completed" : "checkout.session.expired",
                chance.oneOf(of("checkout/sessions")),
                pays ? object("status", "complete", "payment_status", "paid") : object("status", "expired"),
                true);
    }
}
