package dev.webhookdb.declare;

import static dev.webhookdb.declare.JsonSchema.anyOf;
import static dev.webhookdb.declare.JsonSchema.array;
import static dev.webhookdb.declare.JsonSchema.object;
import static dev.webhookdb.declare.JsonSchema.pattern;
import static dev.webhookdb.declare.JsonSchema.reference;
import static dev.webhookdb.declare.JsonSchema.with;

import dev.webhookdb.spi.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The schema of a document that declares what an organization has, from {@link Kind} and {@link Attribute}. */
final class JsonSchemaOrganizations {
    private static final String REFERENCE = "reference";
    private static final String FLAG = "flag-in-words";
    /** What the connector calls a setting, or a service. */
    private static final String NAMES = "^[A-Za-z0-9_.-]{1,100}$";

    private static final Json.Obj NOTHING = object("type", "null");

    private JsonSchemaOrganizations() {}

    static Json.Obj document() {
        Map<String, Json> sections = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            sections.put(kind.section(), kind == Kind.ORGANIZATION ? reference(kind.section()) : section(kind));
        }
        return object(
                "type",
                List.of("object", "null"),
                "required",
                List.of(Kind.ORGANIZATION.section()),
                "additionalProperties",
                false,
                "properties",
                new Json.Obj(sections),
                "$defs",
                new Json.Obj(definitions()));
    }

    private static Map<String, Json> definitions() {
        Map<String, Json> definitions = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            definitions.put(kind.section(), kind == Kind.ORGANIZATION ? organization() : thing(kind));
        }
        definitions.put(
                REFERENCE,
                with(
                        JsonSchemaValues.references(),
                        "description",
                        "${env:NAME} or ${file:PATH}; with |stored behind it what is stored stays where it is missing."));
        definitions.put(FLAG, JsonSchemaValues.flagInWords());
        return definitions;
    }

    private static Json.Obj section(Kind kind) {
        return object(
                "description",
                "Each %s by what it is called: %s."
                        .formatted(kind.noun(), kind.naming().expected()),
                "type",
                List.of("object", "null"),
                "propertyNames",
                object("pattern", whole(kind.naming().expression())),
                "additionalProperties",
                reference(kind.section()));
    }

    private static Json.Obj organization() {
        Map<String, Json> properties = new LinkedHashMap<>();
        properties.put(
                "key",
                with(
                        referable(JsonSchemaValues.text(Form.KEY)),
                        "description",
                        "What it is known by; made of its name, where nothing is said."));
        properties.putAll(properties(Kind.ORGANIZATION).fields());
        Json.Obj named =
                object("anyOf", List.of(object("required", List.of("key")), object("required", List.of("name"))));
        Json.Obj longForm = with(
                mapping(new Json.Obj(properties), List.of()),
                "anyOf",
                named.fields().get("anyOf"));
        Json.Obj shortForm = anyOf(List.of(
                JsonSchemaValues.plain("[\\s\\S]*[A-Za-z0-9][\\s\\S]*"),
                object("type", List.of("number", "boolean")),
                reference(REFERENCE)));
        return object(
                "description",
                "Whose things these are: a name or a key, or a mapping with what is said of the organization.",
                "anyOf",
                List.of(longForm, shortForm));
    }

    private static Json.Obj thing(Kind kind) {
        List<String> required = kind.attributes().stream()
                .filter(Attribute::isRequired)
                .map(Attribute::name)
                .toList();
        Json.Obj mapping = mapping(properties(kind), required);
        List<Json.Obj> forms = new ArrayList<>();
        forms.add(kind == Kind.INTEGRATION ? withRules(mapping) : mapping);
        kind.shorthand()
                .flatMap(kind::attribute)
                .map(JsonSchemaOrganizations::value)
                .ifPresent(forms::add);
        return anyOf(forms);
    }

    private static Json.Obj mapping(Json.Obj properties, List<String> required) {
        Json.Obj mapping = object("type", "object", "additionalProperties", false, "properties", properties);
        return required.isEmpty() ? mapping : with(mapping, "required", required);
    }

    /** What is replicated is said once, and one table has a name only where there is one service. */
    private static Json.Obj withRules(Json.Obj integration) {
        List<Json.Obj> subjects = List.of(
                object("required", List.of("connector")),
                object("required", List.of("services")),
                object("required", List.of("service")));
        Json.Obj several = object(
                "required",
                List.of("services"),
                "properties",
                object("services", object("type", "array", "minItems", 2)));
        Json.Obj notWithTable = object(
                "not",
                object(
                        "anyOf",
                        List.of(
                                object("required", List.of("connector")),
                                object("required", List.of("tables")),
                                several)));
        return with(with(integration, "oneOf", subjects), "dependentSchemas", object("table", notWithTable));
    }

    private static Json.Obj properties(Kind kind) {
        Map<String, Json> properties = new LinkedHashMap<>();
        for (Attribute attribute : kind.attributes()) {
            Json.Obj described = with(value(attribute), "description", attribute.description());
            properties.put(attribute.name(), withUsual(described, attribute));
        }
        return new Json.Obj(properties);
    }

    private static Json.Obj withUsual(Json.Obj schema, Attribute attribute) {
        return attribute
                .otherwise()
                .filter(usual -> !usual.isEmpty())
                .map(usual -> with(schema, "default", usual(attribute, usual)))
                .orElse(schema);
    }

    private static Object usual(Attribute attribute, String usual) {
        return switch (attribute.type()) {
            case FLAG -> Boolean.valueOf(usual);
            case NUMBER -> Integer.valueOf(usual);
            case TEXTS -> array(List.of(usual));
            case TEXT, SECRET, URL, DURATION, CHOICE, NAMED_TEXTS, NAMED_SECRETS -> usual;
        };
    }

    private static Json.Obj value(Attribute attribute) {
        return switch (attribute.type()) {
            case TEXTS -> texts(attribute);
            case NAMED_TEXTS, NAMED_SECRETS ->
                object(
                        "type",
                        List.of("object", "null"),
                        "propertyNames",
                        object("pattern", NAMES),
                        "additionalProperties",
                        referable(JsonSchemaValues.text(attribute.form())));
            case TEXT, SECRET, URL, FLAG, NUMBER, DURATION, CHOICE ->
                orNothing(attribute, referable(single(attribute)));
        };
    }

    private static Json.Obj single(Attribute attribute) {
        return switch (attribute.type()) {
            case FLAG -> JsonSchemaValues.flag(reference(FLAG));
            case NUMBER -> number(attribute);
            case DURATION -> duration(attribute);
            case CHOICE -> object("enum", attribute.choices());
            case TEXT, SECRET, URL, TEXTS, NAMED_TEXTS, NAMED_SECRETS -> JsonSchemaValues.text(attribute.form());
        };
    }

    private static Json.Obj number(Attribute attribute) {
        Json.Obj number = attribute
                .range()
                .map(range -> object(
                        "type",
                        "integer",
                        "minimum",
                        Integer.valueOf(range.least()),
                        "maximum",
                        Integer.valueOf(range.most())))
                .orElseGet(() -> object("type", "integer"));
        return anyOf(List.of(number, JsonSchemaValues.plain(JsonSchemaValues.NUMBER)));
    }

    private static Json.Obj duration(Attribute attribute) {
        Json.Obj duration = JsonSchemaValues.plain(JsonSchemaValues.DURATION);
        return attribute.choices().isEmpty() ? duration : anyOf(List.of(object("enum", attribute.choices()), duration));
    }

    /** One text is a list of one; a comma divides nothing. */
    private static Json.Obj texts(Attribute attribute) {
        Json.Obj item = anyOf(List.of(
                JsonSchemaValues.plain("[^,]+"), object("type", List.of("number", "boolean")), reference(REFERENCE)));
        Json.Obj list = object("type", "array", "uniqueItems", true, "items", item);
        boolean canBeEmpty = canBeEmpty(attribute);
        return orNothing(attribute, anyOf(List.of(canBeEmpty ? list : with(list, "minItems", 1), item)));
    }

    /** Where nothing is usual, an empty text says so, and so does an empty list. */
    private static Json.Obj orNothing(Attribute attribute, Json.Obj schema) {
        if (!canBeEmpty(attribute)) {
            return schema;
        }
        Json.Obj blank = pattern("^\\s*$");
        return anyOf(
                attribute.type() == Attribute.Type.TEXTS ? List.of(schema, blank, NOTHING) : List.of(schema, blank));
    }

    private static boolean canBeEmpty(Attribute attribute) {
        return attribute.otherwise().filter(String::isEmpty).isPresent();
    }

    private static Json.Obj referable(Json.Obj schema) {
        return anyOf(List.of(schema, reference(REFERENCE)));
    }

    private static String whole(String expression) {
        return "^(?:%s)$".formatted(expression);
    }
}
