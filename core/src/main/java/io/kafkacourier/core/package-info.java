/* SPDX-License-Identifier: Apache-2.0 */
/** What every plugin of the bundle shares. Knows neither Connect's runtime nor Elasticsearch. */
@NullMarked
package io.kafkacourier.core;

import org.jspecify.annotations.NullMarked;
