/**
 * Tells organizations of trouble: finds it in what others wrote down, says once a day and cause what happened and what to do, and
 * brings that to their admins by mail and to the error handlers they named. What goes wrong, and why, is known to others.
 */
package dev.webhookdb.alert;
