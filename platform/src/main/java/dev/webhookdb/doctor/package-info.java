/**
 * Says what is wrong with an installation, and what to do. It looks from where the server runs, beside one or without one, and changes nothing.
 *
 * <p>{@link dev.webhookdb.doctor.Doctor} lists the checks. Each stands for itself, is given a time, and returns {@link
 * dev.webhookdb.doctor.Finding findings}; {@link dev.webhookdb.doctor.Diagnosis} is all of them, for people and for programs. What a check
 * has to know of a feature, it asks the feature for.
 */
package dev.webhookdb.doctor;
